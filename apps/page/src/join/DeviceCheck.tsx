// Checks camera and microphone before a call, with the interfaces of the browser only.
import { Button, Checkbox, Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import type { Failure } from "@teams-token-exchange/client/failure";
import { useEffect, useRef, useState } from "react";
import type { CallStart, Device } from "../call/calling.ts";
import { describeCallingFailure } from "../call/calling-failure.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";
import { Actions } from "../step/StepCard.tsx";

const useStyles = makeStyles({
  check: { display: "flex", flexDirection: "column", rowGap: "8px" },
  preview: {
    width: "100%",
    maxWidth: "320px",
    aspectRatio: "4 / 3",
    backgroundColor: tokens.colorNeutralBackground6,
    borderRadius: tokens.borderRadiusMedium,
    objectFit: "cover",
    transform: "scaleX(-1)",
  },
  level: { width: "100%", maxWidth: "320px" },
});

export interface DeviceCheckProps {
  readonly start: CallStart;
  readonly onChange: (start: CallStart) => void;
}

export function DeviceCheck({ start, onChange }: DeviceCheckProps) {
  const styles = useStyles();
  const [checking, setChecking] = useState(false);
  return (
    <div className={styles.check}>
      <Actions>
        <Checkbox
          label="Microphone on"
          checked={!start.muted}
          onChange={(_, { checked }) => onChange({ ...start, muted: checked !== true })}
        />
        <Checkbox
          label="Camera on"
          checked={start.cameraOn}
          onChange={(_, { checked }) => onChange({ ...start, cameraOn: checked === true })}
        />
        <Button size="small" aria-expanded={checking} onClick={() => setChecking(!checking)}>
          {checking ? "Stop the device check" : "Check camera and microphone"}
        </Button>
      </Actions>
      {checking && <Preview start={start} onChange={onChange} />}
    </div>
  );
}

function Preview({ start, onChange }: DeviceCheckProps) {
  const styles = useStyles();
  const { stream, failure, retry } = useMedia(start);
  const devices = useDevices(stream);
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) video.current.srcObject = stream ?? null;
  }, [stream]);

  if (failure) return <FailureNotice failure={failure} step="Check camera and microphone" onAction={retry} />;
  return (
    <>
      <video className={styles.preview} ref={video} autoPlay muted playsInline aria-label="Your camera" />
      <Level stream={stream} />
      <Choice
        label="Camera"
        devices={devices.cameras}
        value={start.cameraId}
        onChange={(cameraId) => onChange({ ...start, cameraId })}
      />
      <Choice
        label="Microphone"
        devices={devices.microphones}
        value={start.microphoneId}
        onChange={(microphoneId) => onChange({ ...start, microphoneId })}
      />
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly devices: readonly Device[];
  readonly value: string | undefined;
  readonly onChange: (id: string) => void;
}

function Choice({ label, devices, value, onChange }: ChoiceProps) {
  return (
    <Field label={label}>
      <Select value={value ?? devices[0]?.id ?? ""} onChange={(_, data) => onChange(data.value)}>
        {devices.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </Select>
    </Field>
  );
}

/** A meter for the level of the microphone. */
function Level({ stream }: { stream: MediaStream | undefined }) {
  const styles = useStyles();
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    if (stream === undefined) return;
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let frame = 0;
    const draw = () => {
      analyser.getFloatTimeDomainData(samples);
      const peak = samples.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0);
      if (meter.current) meter.current.value = peak;
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      void audio.close();
    };
  }, [stream]);
  return <meter className={styles.level} ref={meter} min={0} max={1} value={0} aria-label="Microphone level" />;
}

/** Opens camera and microphone until the component is removed. */
function useMedia({ cameraId, microphoneId }: CallStart) {
  const [stream, setStream] = useState<MediaStream>();
  const [failure, setFailure] = useState<Failure>();
  const [tries, setTries] = useState(0);
  // The effect must depend on `tries` to run again, and Biome requires that it reads what it depends on.
  const run = `${tries}`;
  useEffect(() => {
    let opened: MediaStream | undefined;
    let wanted = run !== "";
    const exactly = (deviceId: string | undefined) => (deviceId === undefined ? true : { deviceId });
    navigator.mediaDevices
      .getUserMedia({ video: exactly(cameraId), audio: exactly(microphoneId) })
      .then((media) => {
        opened = media;
        if (wanted) setStream(media);
        else stop(media);
      })
      .catch((error: unknown) => {
        if (wanted) setFailure(describeCallingFailure(error));
      });
    return () => {
      wanted = false;
      if (opened) stop(opened);
    };
  }, [cameraId, microphoneId, run]);
  const retry = () => {
    setFailure(undefined);
    setTries(tries + 1);
  };
  return { stream, failure, retry };
}

function stop(media: MediaStream): void {
  for (const track of media.getTracks()) track.stop();
}

/** The available devices. The browser tells their names only while a stream is open. */
function useDevices(stream: MediaStream | undefined) {
  const [devices, setDevices] = useState<{ cameras: Device[]; microphones: Device[] }>({
    cameras: [],
    microphones: [],
  });
  useEffect(() => {
    if (stream === undefined) return;
    let wanted = true;
    navigator.mediaDevices.enumerateDevices().then(
      (all) => {
        const of = (kind: MediaDeviceKind) =>
          all.filter((found) => found.kind === kind).map(({ deviceId: id, label: name }) => ({ id, name }));
        if (wanted) setDevices({ cameras: of("videoinput"), microphones: of("audioinput") });
      },
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [stream]);
  return devices;
}

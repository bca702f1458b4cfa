// A call in progress: the participants, their videos, and the controls for microphone, camera, screen and devices.
import { Button, Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import type { Failure } from "@teams-token-exchange/client/failure";
import { useEffect, useRef, useState } from "react";
import type { CallPhase, CallSnapshot, Device, Devices, LiveCall } from "../call/calling.ts";
import { describeCallingFailure } from "../call/calling-failure.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";
import { Actions } from "../step/StepCard.tsx";
import { VideoTile } from "./VideoTile.tsx";

const useStyles = makeStyles({
  tiles: { display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(220px, 1fr))", gap: "8px" },
  heading: { margin: 0, fontSize: tokens.fontSizeBase300, fontWeight: tokens.fontWeightSemibold },
  list: { margin: 0, paddingLeft: "20px" },
  choices: { display: "flex", flexWrap: "wrap", gap: "12px" },
});

const phaseText: Readonly<Record<CallPhase, string>> = {
  connecting: "Connecting the call.",
  ringing: "Ringing.",
  lobby: "You are in the lobby. Someone in the meeting must admit you.",
  connected: "You are in the call.",
  held: "The call is on hold.",
  disconnected: "The call has ended.",
};

export interface CallPanelProps {
  readonly call: LiveCall;
  readonly snapshot: CallSnapshot;
  readonly onLeave: () => void;
}

export function CallPanel({ call, snapshot, onLeave }: CallPanelProps) {
  const styles = useStyles();
  const [failure, setFailure] = useState<Failure>();
  const status = useRef<HTMLParagraphElement>(null);
  useEffect(() => status.current?.focus(), []);
  const attempt = (action: Promise<void>) => {
    setFailure(undefined);
    action.catch((error: unknown) => setFailure(describeCallingFailure(error)));
  };
  const { muted, cameraOn, screenSharing, participants, localVideo } = snapshot;
  return (
    <>
      <p ref={status} tabIndex={-1} role="status" style={{ margin: 0 }}>
        {phaseText[snapshot.phase]}
      </p>
      {failure && <FailureNotice failure={failure} step="Call" onAction={() => setFailure(undefined)} />}
      <Actions>
        <Button aria-pressed={muted} onClick={() => attempt(call.setMuted(!muted))}>
          {muted ? "Unmute" : "Mute"}
        </Button>
        <Button aria-pressed={cameraOn} onClick={() => attempt(call.setCamera(!cameraOn))}>
          {cameraOn ? "Camera off" : "Camera on"}
        </Button>
        <Button aria-pressed={screenSharing} onClick={() => attempt(call.setScreenSharing(!screenSharing))}>
          {screenSharing ? "Stop sharing" : "Share screen"}
        </Button>
        <Button appearance="primary" onClick={onLeave}>
          Leave
        </Button>
      </Actions>
      <div className={styles.tiles}>
        {localVideo && <VideoTile call={call} video={localVideo} label="You" speaking={false} />}
        {participants.flatMap(({ name, speaking, videos }) =>
          videos.map((video) => (
            <VideoTile
              key={video.key}
              call={call}
              video={video}
              label={video.kind === "screen" ? `Screen of ${name}` : name}
              speaking={speaking}
            />
          )),
        )}
      </div>
      <Participants call={call} snapshot={snapshot} attempt={attempt} />
      <DeviceChoices call={call} attempt={attempt} />
    </>
  );
}

type Attempt = (action: Promise<void>) => void;

function Participants({ call, snapshot, attempt }: { call: LiveCall; snapshot: CallSnapshot; attempt: Attempt }) {
  const styles = useStyles();
  const { participants, lobby } = snapshot;
  return (
    <>
      <h3 className={styles.heading}>Participants ({participants.length + 1})</h3>
      <ul className={styles.list}>
        <li>You{snapshot.muted && ", muted"}</li>
        {participants.map(({ id, name, muted, speaking }) => (
          <li key={id}>
            {name}
            {muted && ", muted"}
            {speaking && ", speaking"}
          </li>
        ))}
        {lobby.map(({ id, name }) => (
          <li key={id}>
            {name}, in the lobby{" "}
            <Button size="small" onClick={() => attempt(call.admit(id))}>
              Admit {name}
            </Button>
          </li>
        ))}
      </ul>
    </>
  );
}

function DeviceChoices({ call, attempt }: { call: LiveCall; attempt: Attempt }) {
  const styles = useStyles();
  const [devices, setDevices] = useState<Devices>();
  useEffect(() => {
    let wanted = true;
    call.devices().then(
      (found) => wanted && setDevices(found),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [call]);
  if (devices === undefined) return null;
  const choices: [string, readonly Device[], (id: string) => Promise<void>][] = [
    ["Camera", devices.cameras, call.selectCamera],
    ["Microphone", devices.microphones, call.selectMicrophone],
    ["Speaker", devices.speakers, call.selectSpeaker],
  ];
  return (
    <div className={styles.choices}>
      {choices.map(([label, list, choose]) =>
        list.length < 2 ? null : (
          <Field key={label} label={label}>
            <Select onChange={(_, { value }) => attempt(choose(value))}>
              {list.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </Select>
          </Field>
        ),
      )}
    </div>
  );
}

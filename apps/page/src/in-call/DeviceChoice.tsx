// Chooses camera, microphone and speaker during a call.
import { Field, makeStyles, Select } from "@fluentui/react-components";
import { useEffect, useState } from "react";
import type { Device, Devices, LiveCall } from "../call/calling.ts";
import type { Attempt } from "./use-call-actions.ts";

const useStyles = makeStyles({
  // The longest name of a device must not decide how wide the page is.
  choice: { minWidth: 0, "& select": { minWidth: 0, width: "100%", textOverflow: "ellipsis" } },
});

export function DeviceChoice({ call, attempt }: { call: LiveCall; attempt: Attempt }) {
  const styles = useStyles();
  const { devices, read } = useDevices(call);
  if (devices === undefined) return null;
  const choices: [string, readonly Device[], string | undefined, (id: string) => Promise<void>][] = [
    ["Camera", devices.cameras, devices.cameraId, call.selectCamera],
    ["Microphone", devices.microphones, devices.microphoneId, call.selectMicrophone],
    ["Speaker", devices.speakers, devices.speakerId, call.selectSpeaker],
  ];
  return choices.map(([label, list, current, choose]) =>
    list.length === 0 ? null : (
      <Field key={label} label={label} className={styles.choice}>
        <Select
          className={styles.choice}
          value={current ?? list[0]?.id ?? ""}
          onChange={(_, { value }) => attempt(choose(value).finally(read))}
        >
          {list.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
    ),
  );
}

/** The devices, read again when one of them comes, goes or is chosen. */
function useDevices(call: LiveCall) {
  const [devices, setDevices] = useState<Devices>();
  const [reads, setReads] = useState(0);
  const read = () => setReads((count) => count + 1);
  // The effect must depend on `reads` to run again, and Biome requires that it reads what it depends on.
  const run = `${reads}`;
  useEffect(() => {
    let wanted = run !== "";
    call.devices().then(
      (found) => wanted && setDevices(found),
      () => {},
    );
    return () => {
      wanted = false;
    };
  }, [call, run]);
  useEffect(() => call.watchDevices(() => setReads((count) => count + 1)), [call]);
  return { devices, read };
}

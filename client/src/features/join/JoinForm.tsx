// What to call and with which devices. Nothing of the Calling SDK is loaded for it.
import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import type { CallStart } from "../../call/calling.ts";
import { type CallTarget, type Parsed, parseMeetingId, parseMeetingLink, parseUser } from "../../call/target.ts";
import { Actions } from "../../step/StepCard.tsx";
import { DeviceCheck } from "./DeviceCheck.tsx";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", rowGap: "12px" },
  note: { margin: 0, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

type Kind = CallTarget["kind"];

const kinds: readonly [Kind, string][] = [
  ["meeting-link", "A meeting by its link"],
  ["meeting-id", "A meeting by id and passcode"],
  ["user", "Another Teams user"],
];

export interface JoinFormProps {
  readonly onJoin: (target: CallTarget, start: CallStart) => void;
}

export function JoinForm({ onJoin }: JoinFormProps) {
  const styles = useStyles();
  const [kind, setKind] = useState<Kind>("meeting-link");
  const [text, setText] = useState("");
  const [passcode, setPasscode] = useState("");
  const [start, setStart] = useState<CallStart>({ muted: false, cameraOn: false });
  // Says nothing while the person types for the first time; from then on at every change.
  const [asked, setAsked] = useState(false);
  const parsed = parse(kind, text, passcode);
  const reason = asked && !parsed.ok ? parsed.reason : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (parsed.ok) onJoin(parsed.value, start);
  };
  const choose = (value: string) => {
    const chosen = kinds.find(([candidate]) => candidate === value);
    if (chosen === undefined) return;
    setKind(chosen[0]);
    setText("");
    setAsked(false);
  };

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field label="What to join">
        <Select value={kind} onChange={(_, { value }) => choose(value)}>
          {kinds.map(([value, words]) => (
            <option key={value} value={value}>
              {words}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={labels[kind]} {...(reason === undefined ? {} : { validationMessage: reason })}>
        <Input
          value={text}
          onChange={(_, { value }) => setText(value)}
          onBlur={() => setAsked(asked || text !== "")}
          type={kind === "meeting-link" ? "url" : "text"}
          autoComplete="off"
        />
      </Field>
      {kind === "meeting-id" && (
        <Field label="Passcode">
          <Input value={passcode} onChange={(_, { value }) => setPasscode(value)} autoComplete="off" />
        </Field>
      )}
      <DeviceCheck start={start} onChange={setStart} />
      <Actions>
        <Button appearance="primary" type="submit">
          {kind === "user" ? "Call" : "Join"}
        </Button>
      </Actions>
      <p className={styles.note}>The first time, this loads the Calling SDK: up to 1.8 MB.</p>
    </form>
  );
}

const labels: Readonly<Record<Kind, string>> = {
  "meeting-link": "Meeting link",
  "meeting-id": "Meeting id",
  user: "Object id of the user",
};

function parse(kind: Kind, text: string, passcode: string): Parsed<CallTarget> {
  switch (kind) {
    case "meeting-link":
      return parseMeetingLink(text);
    case "meeting-id":
      return parseMeetingId(text, passcode);
    case "user":
      return parseUser(text);
    default:
      return kind satisfies never;
  }
}

// The form: what to call, and with which devices. It does not load the Calling SDK.
import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import { type CallTarget, type Parsed, parseCallee, parseMeetingId, parseMeetingLink } from "../call/call-target.ts";
import type { CallStart } from "../call/calling.ts";
import { Actions } from "../step/StepCard.tsx";
import { DeviceCheck } from "./DeviceCheck.tsx";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", rowGap: "12px" },
  note: { margin: 0, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

type Kind = CallTarget["kind"];

const kinds: readonly [Kind, string][] = [
  ["meeting-link", "A meeting by its link"],
  ["meeting-id", "A meeting by ID and passcode"],
  ["people", "Another Teams user"],
];

/** The input of the form. The parent keeps it, so that it is still there after a call. */
export interface JoinDraft {
  readonly kind: Kind;
  readonly text: string;
  readonly passcode: string;
  readonly start: CallStart;
}

export const emptyDraft: JoinDraft = {
  kind: "meeting-link",
  text: "",
  passcode: "",
  start: { muted: false, cameraOn: false },
};

export interface JoinFormProps {
  readonly draft: JoinDraft;
  readonly onDraft: (draft: JoinDraft) => void;
  readonly onJoin: (target: CallTarget, start: CallStart) => void;
}

export function JoinForm({ draft, onDraft, onJoin }: JoinFormProps) {
  const styles = useStyles();
  const { kind, text, passcode, start } = draft;
  // Do not show errors while the user types for the first time; after that, show them at every change.
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
    onDraft({ ...draft, kind: chosen[0], text: "" });
    setAsked(false);
  };

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field label="What to join">
        <Select value={kind} onChange={(_, { value }) => choose(value)}>
          {kinds.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={labels[kind]} {...(reason === undefined ? {} : { validationMessage: reason })}>
        <Input
          value={text}
          onChange={(_, { value }) => onDraft({ ...draft, text: value })}
          onBlur={() => setAsked(asked || text !== "")}
          type={kind === "meeting-link" ? "url" : "text"}
          autoComplete="off"
        />
      </Field>
      {kind === "meeting-id" && (
        <Field label="Passcode">
          <Input
            value={passcode}
            onChange={(_, { value }) => onDraft({ ...draft, passcode: value })}
            autoComplete="off"
          />
        </Field>
      )}
      <DeviceCheck start={start} onChange={(next) => onDraft({ ...draft, start: next })} />
      <Actions>
        <Button appearance="primary" type="submit">
          {kind === "people" ? "Call" : "Join"}
        </Button>
      </Actions>
      <p className={styles.note}>Joining for the first time downloads the Calling SDK (1.8 MB).</p>
    </form>
  );
}

const labels: Readonly<Record<Kind, string>> = {
  "meeting-link": "Meeting link",
  "meeting-id": "Meeting ID",
  people: "Object ID or phone number",
};

function parse(kind: Kind, text: string, passcode: string): Parsed<CallTarget> {
  switch (kind) {
    case "meeting-link":
      return parseMeetingLink(text);
    case "meeting-id":
      return parseMeetingId(text, passcode);
    case "people": {
      const callee = parseCallee(text);
      return callee.ok ? { ok: true, value: { kind: "people", people: [callee.value] } } : callee;
    }
    default:
      return kind satisfies never;
  }
}

// The form: what to call, and with which devices. It does not load the Calling SDK.
import { Button, Field, Input, makeStyles, Select, tokens } from "@fluentui/react-components";
import { type FormEvent, useState } from "react";
import {
  type Callee,
  type CallTarget,
  type Parsed,
  parseCallee,
  parseMeetingId,
  parseMeetingLink,
} from "../call/call-target.ts";
import type { CallStart } from "../call/calling.ts";
import type { EmulatedMeeting } from "../call/emulated-meetings.ts";
import type { FindPeople } from "../people/find-people.ts";
import { Actions } from "../step/StepCard.tsx";
import { DeviceCheck } from "./DeviceCheck.tsx";
import { PeoplePicker } from "./PeoplePicker.tsx";

const useStyles = makeStyles({
  form: { display: "flex", flexDirection: "column", rowGap: "12px" },
  note: { margin: 0, fontSize: tokens.fontSizeBase200, color: tokens.colorNeutralForeground2 },
});

/** A number is the place of a ready-made meeting of the emulator. */
type Kind = CallTarget["kind"] | number;

const kinds: readonly [CallTarget["kind"], string][] = [
  ["meeting-link", "A meeting by its link"],
  ["meeting-id", "A meeting by ID and passcode"],
  ["people", "Another Teams user"],
];

/** The input of the form. The parent keeps it, so that it is still there after a call. */
export interface JoinDraft {
  /** Absent until the user chooses: then it is a ready-made meeting, if there is one. */
  readonly kind?: Kind;
  readonly text: string;
  readonly passcode: string;
  readonly people: readonly Callee[];
  readonly start: CallStart;
}

export const emptyDraft: JoinDraft = {
  text: "",
  passcode: "",
  people: [],
  start: { muted: false, cameraOn: false },
};

export interface JoinFormProps {
  readonly draft: JoinDraft;
  readonly onDraft: (draft: JoinDraft) => void;
  readonly onJoin: (target: CallTarget, start: CallStart) => void;
  /** The ready-made meetings of the emulator. */
  readonly meetings: readonly EmulatedMeeting[];
  readonly find: FindPeople | undefined;
  readonly adminConsentUrl: string;
  /** What the user should know about the first call. */
  readonly note: string | undefined;
}

export function JoinForm({ draft, onDraft, onJoin, meetings, find, adminConsentUrl, note }: JoinFormProps) {
  const styles = useStyles();
  const { text, passcode, start } = draft;
  const kind = draft.kind ?? (meetings.length > 0 ? 0 : "meeting-link");
  // Do not show errors while the user types for the first time; after that, show them at every change.
  const [asked, setAsked] = useState(false);
  const parsed = parse(kind, draft, meetings);
  const reason = asked && !parsed.ok ? parsed.reason : undefined;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (parsed.ok) onJoin(parsed.value, start);
  };
  const choose = (value: string) => {
    const chosen = kinds.find(([candidate]) => candidate === value)?.[0] ?? Number(value);
    onDraft({ ...draft, kind: chosen, text: "" });
    setAsked(false);
  };
  const setText = (value: string) => onDraft({ ...draft, text: value });

  return (
    <form className={styles.form} onSubmit={submit} noValidate>
      <Field label="What to join">
        <Select value={kind} onChange={(_, { value }) => choose(value)}>
          {meetings.map(({ title, meetingLink }, index) => (
            <option key={meetingLink} value={index}>
              {title}
            </option>
          ))}
          {kinds.map(([value, name]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {(kind === "meeting-link" || kind === "meeting-id") && (
        <Field
          label={kind === "meeting-id" ? "Meeting ID" : "Meeting link"}
          {...(reason === undefined ? {} : { validationMessage: reason })}
        >
          <Input
            value={text}
            onChange={(_, { value }) => setText(value)}
            onBlur={() => setAsked(asked || text !== "")}
            type={kind === "meeting-link" ? "url" : "text"}
            autoComplete="off"
          />
        </Field>
      )}
      {kind === "meeting-id" && (
        <Field label="Passcode">
          <Input
            value={passcode}
            onChange={(_, { value }) => onDraft({ ...draft, passcode: value })}
            autoComplete="off"
          />
        </Field>
      )}
      {kind === "people" && (
        <>
          <PeoplePicker
            people={draft.people}
            onPeople={(people) => onDraft({ ...draft, people, text: "" })}
            text={text}
            onText={setText}
            reason={reason}
            find={find}
            adminConsentUrl={adminConsentUrl}
          />
          <p className={styles.note}>
            Phone numbers need a Teams Phone license. Microsoft does not promise support for calls to users and phone
            numbers after 30 September 2028.
          </p>
        </>
      )}
      <DeviceCheck start={start} onChange={(next) => onDraft({ ...draft, start: next })} />
      <Actions>
        <Button appearance="primary" type="submit">
          {kind === "people" ? "Call" : "Join"}
        </Button>
      </Actions>
      {note !== undefined && <p className={styles.note}>{note}</p>}
    </form>
  );
}

function parse(kind: Kind, draft: JoinDraft, meetings: readonly EmulatedMeeting[]): Parsed<CallTarget> {
  const { text, passcode, people } = draft;
  switch (kind) {
    case "meeting-link":
      return parseMeetingLink(text);
    case "meeting-id":
      return parseMeetingId(text, passcode);
    case "people":
      return parsePeople(people, text);
    default: {
      const { meetingLink = "" } = meetings[kind] ?? {};
      return { ok: true, value: { kind: "meeting-link", meetingLink } };
    }
  }
}

/** The chosen people, and whoever is in the field and not added yet. */
function parsePeople(people: readonly Callee[], text: string): Parsed<CallTarget> {
  if (people.length > 0 && text.trim() === "") return { ok: true, value: { kind: "people", people } };
  const callee = parseCallee(text);
  return callee.ok ? { ok: true, value: { kind: "people", people: [...people, callee.value] } } : callee;
}

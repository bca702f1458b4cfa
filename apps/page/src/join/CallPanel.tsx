// A call in progress: its phase, the stage with the videos, the buttons, and what is known about the others.
import { makeStyles, tokens } from "@fluentui/react-components";
import { RecordRegular } from "@fluentui/react-icons";
import { useEffect, useRef } from "react";
import type { CallPhase, CallSnapshot, LiveCall } from "../call/calling.ts";
import { Announcer } from "../in-call/Announcer.tsx";
import { CallControls } from "../in-call/CallControls.tsx";
import { DeviceChoice } from "../in-call/DeviceChoice.tsx";
import { Disclosure } from "../in-call/Disclosure.tsx";
import { Lobby, Participants } from "../in-call/Participants.tsx";
import { ShortcutList } from "../in-call/ShortcutList.tsx";
import { Stage } from "../in-call/Stage.tsx";
import { Statistics } from "../in-call/Statistics.tsx";
import { callActions, useAttempt, useShortcuts } from "../in-call/use-call-actions.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";

const useStyles = makeStyles({
  container: { containerType: "inline-size" },
  panel: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "16px 24px",
    alignItems: "start",
    "@container (min-width: 900px)": { gridTemplateColumns: "minmax(0, 1fr) 300px" },
    "@container (min-width: 1400px)": { gridTemplateColumns: "minmax(0, 1fr) 360px" },
  },
  // The stage uses the width of this column for its height.
  main: { containerType: "inline-size", display: "flex", flexDirection: "column", rowGap: "12px" },
  side: { minWidth: 0, display: "flex", flexDirection: "column", rowGap: "16px" },
  phase: { margin: 0, scrollMarginTop: "12px" },
  notice: { margin: 0, display: "flex", alignItems: "center", columnGap: "6px" },
  icon: { display: "flex", flexShrink: 0, fontSize: "20px", color: tokens.colorStatusDangerForeground1 },
});

export interface CallPanelProps {
  readonly call: LiveCall;
  readonly snapshot: CallSnapshot;
  readonly onLeave: () => void;
}

export function CallPanel({ call, snapshot, onLeave }: CallPanelProps) {
  const styles = useStyles();
  const { attempt, failure, forget } = useAttempt();
  const actions = callActions(call, snapshot, attempt, onLeave);
  useShortcuts(actions);
  const inside = snapshot.phase === "connected" || snapshot.phase === "held";
  const people = { call, snapshot, attempt };
  return (
    // The page gives a call more room.
    <div className={styles.container} data-in-call>
      <div className={styles.panel}>
        <div className={styles.main}>
          <Phase snapshot={snapshot} />
          <RecordingNotice snapshot={snapshot} />
          {failure && <FailureNotice failure={failure} step="Call" onAction={forget} />}
          <Stage call={call} snapshot={snapshot} emptyText={emptyText[snapshot.phase]} />
          <CallControls {...people} actions={actions} />
          {inside && (
            <Disclosure title="Statistics">
              <Statistics call={call} />
            </Disclosure>
          )}
        </div>
        <div className={styles.side}>
          {inside && <Lobby {...people} />}
          {inside && <Participants {...people} />}
          <Disclosure title="Devices">
            <DeviceChoice call={call} attempt={attempt} />
          </Disclosure>
          <Disclosure title="Keyboard shortcuts">
            <ShortcutList />
          </Disclosure>
        </div>
      </div>
      <Announcer snapshot={snapshot} />
    </div>
  );
}

const emptyText: Readonly<Record<CallPhase, string>> = {
  connecting: "Nobody is here yet.",
  ringing: "Nobody has answered yet.",
  lobby: "Waiting for someone to admit you.",
  connected: "Nobody else is here yet.",
  held: "Nobody else is here.",
  disconnected: "",
};

/** What is going on. It takes the focus, because the button that the user pressed is gone, and is scrolled to the top. */
function Phase({ snapshot }: { snapshot: CallSnapshot }) {
  const paragraph = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    paragraph.current?.focus({ preventScroll: true });
    paragraph.current?.scrollIntoView({ block: "start" });
  }, []);
  return (
    <p ref={paragraph} tabIndex={-1} role="status" className={useStyles().phase}>
      {phaseText(snapshot)}
    </p>
  );
}

function phaseText({ phase, heldBy }: CallSnapshot): string {
  switch (phase) {
    case "connecting":
      return "Connecting the call.";
    case "ringing":
      return "Ringing.";
    case "lobby":
      return "You are in the lobby. Someone in the meeting must admit you.";
    case "connected":
      return "You are in the call.";
    case "held":
      return heldBy === "other" ? "Another participant put the call on hold." : "You put the call on hold.";
    case "disconnected":
      return "The call has ended.";
    default:
      return phase satisfies never;
  }
}

function RecordingNotice({ snapshot: { recording, transcription } }: { snapshot: CallSnapshot }) {
  const styles = useStyles();
  if (!recording && !transcription) return null;
  const what = [...(recording ? ["recorded"] : []), ...(transcription ? ["transcribed"] : [])].join(" and ");
  return (
    <p className={styles.notice}>
      <span className={styles.icon} aria-hidden="true">
        <RecordRegular />
      </span>
      This call is being {what}.
    </p>
  );
}

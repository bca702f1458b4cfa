// The inside of step 4: the form before a call, the way into it, the call, and what there is to say about its end.
import { Button, Spinner } from "@fluentui/react-components";
import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { CallProgress, CallSession, CallState } from "../../call/call-session.ts";
import type { CallStart } from "../../call/calling.ts";
import type { CallTarget } from "../../call/target.ts";
import type { Refresh } from "../../services.ts";
import { FailureNotice } from "../../step/FailureNotice.tsx";
import { formatDuration } from "../../step/format.ts";
import { Actions } from "../../step/StepCard.tsx";
import { CallPanel } from "./CallPanel.tsx";
import { emptyDraft, JoinForm } from "./JoinForm.tsx";

const title = "Join a Teams meeting";

export interface JoinPanelProps {
  readonly calls: CallSession;
  readonly refresh: Refresh;
  readonly state: CallState;
}

export function JoinPanel({ calls, refresh, state }: JoinPanelProps) {
  const last = useRef<{ target: CallTarget; start: CallStart }>(undefined);
  const [draft, setDraft] = useState(emptyDraft);
  const join = (target: CallTarget, start: CallStart) => {
    last.current = { target, start };
    void calls.join(target, start);
  };
  const again = () => {
    if (last.current) void calls.join(last.current.target, last.current.start);
  };
  const showForm = state.status === "idle" || state.status === "ended" || state.status === "failed";
  return (
    <>
      <RefreshTrouble refresh={refresh} />
      {state.status === "failed" && <FailureNotice failure={state.failure} step={title} onAction={again} />}
      {state.status === "ended" && <Said words={state.words} />}
      {showForm && <JoinForm draft={draft} onDraft={setDraft} onJoin={join} />}
      {state.status === "preparing" && (
        <Progress progress={state.progress} startedAt={state.startedAt} onCancel={calls.leave} />
      )}
      {state.status === "in-call" && (
        <CallPanel call={state.call} snapshot={state.snapshot} onLeave={() => void calls.leave()} />
      )}
    </>
  );
}

/** What the end of a call was; it takes the focus that the vanished buttons of the call had. */
function Said({ words }: { words: string }) {
  const paragraph = useRef<HTMLParagraphElement>(null);
  useEffect(() => paragraph.current?.focus(), []);
  return (
    <p ref={paragraph} tabIndex={-1} style={{ margin: 0 }}>
      {words}
    </p>
  );
}

const progressWords: Readonly<Record<CallProgress, string>> = {
  loading: "Loading the Calling SDK (up to 1.8 MB, once).",
  connecting: "Connecting to Teams. The first connection takes up to half a minute.",
  joining: "Placing the call.",
};

interface ProgressProps {
  readonly progress: CallProgress;
  readonly startedAt: number;
  readonly onCancel: () => Promise<void>;
}

function Progress({ progress, startedAt, onCancel }: ProgressProps) {
  const [now, setNow] = useState(() => performance.now());
  const words = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // The button that was pressed has gone with the form.
    words.current?.focus();
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Actions>
      <span role="status" ref={words} tabIndex={-1}>
        <Spinner size="tiny" label={progressWords[progress]} labelPosition="after" />
      </span>
      <span aria-hidden="true">{formatDuration(Math.max(0, Math.round((now - startedAt) / 1000) * 1000))}</span>
      <Button onClick={() => void onCancel()}>Cancel</Button>
    </Actions>
  );
}

// A refresh that needs the person asks in a window of its own: leaving the page would leave the call.
function RefreshTrouble({ refresh }: { refresh: Refresh }) {
  const { monitor, retry } = refresh;
  const failure = useSyncExternalStore(monitor.subscribe, monitor.trouble);
  if (failure === undefined) return null;
  const action = failure.action === "retry" ? "retry" : "sign-in";
  return (
    <FailureNotice
      failure={{ ...failure, action }}
      step="Refresh the ACS access token"
      onAction={() => void retry({ askPerson: action === "sign-in", claims: failure.claims })}
    />
  );
}

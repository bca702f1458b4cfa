// The content of step 4: the form before a call, the progress of joining, the call itself, and how it ended.
import { Button, Spinner } from "@fluentui/react-components";
import type { TeamsTokenSource } from "@teams-token-exchange/client";
import { describeFailure, type Failure } from "@teams-token-exchange/client/failure";
import { useTeamsToken } from "@teams-token-exchange/client/react";
import { useEffect, useRef, useState } from "react";
import type { CallProgress, CallSession, CallState } from "../call/call-session.ts";
import type { CallTarget } from "../call/call-target.ts";
import type { CallStart } from "../call/calling.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";
import { formatDuration } from "../step/format.ts";
import { Actions } from "../step/StepCard.tsx";
import { CallPanel } from "./CallPanel.tsx";
import { emptyDraft, JoinForm } from "./JoinForm.tsx";

const title = "Join a Teams meeting";

export interface JoinPanelProps {
  readonly calls: CallSession;
  readonly refresh: Pick<TeamsTokenSource, "state" | "subscribe" | "retry">;
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
      {state.status === "ended" && <CallEnded text={state.text} />}
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

/** How a call ended. It takes the focus, because the buttons of the call are gone. */
function CallEnded({ text }: { text: string }) {
  const paragraph = useRef<HTMLParagraphElement>(null);
  useEffect(() => paragraph.current?.focus(), []);
  return (
    <p ref={paragraph} tabIndex={-1} style={{ margin: 0 }}>
      {text}
    </p>
  );
}

const progressText: Readonly<Record<CallProgress, string>> = {
  loading: "Loading the Calling SDK (1.8 MB, only the first time).",
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
  const label = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    // The button that the user pressed is gone with the form.
    label.current?.focus();
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <Actions>
      <span role="status" ref={label} tabIndex={-1}>
        <Spinner size="tiny" label={progressText[progress]} labelPosition="after" />
      </span>
      <span aria-hidden="true">{formatDuration(Math.max(0, Math.round((now - startedAt) / 1000) * 1000))}</span>
      <Button onClick={() => void onCancel()}>Cancel</Button>
    </Actions>
  );
}

/** A failed refresh during a call. It asks the user in a pop-up window, because a redirect would end the call. */
function RefreshTrouble({ refresh }: { refresh: JoinPanelProps["refresh"] }) {
  const { trouble, isRetrying, retry } = useTeamsToken(refresh);
  const [failure, setFailure] = useState<Failure>();
  const latest = isRetrying ? describeRefreshFailure(trouble) : undefined;
  // Every retry reports the same trouble again. It must take the focus only the first time.
  if (latest?.code !== failure?.code) setFailure(latest);
  if (failure === undefined) return null;
  const { action, claims } = failure;
  return (
    <FailureNotice
      failure={failure}
      step="Refresh the ACS access token"
      onAction={() => retry(action === "retry" ? {} : { interaction: "popup", claims })}
    />
  );
}

/** During a call, every failure that needs the user is solved by a new sign-in. */
function describeRefreshFailure(error: unknown): Failure {
  const failure = describeFailure(error);
  return failure.action === "retry" ? failure : { ...failure, action: "sign-in" };
}

// The content of step 4: the form before a call, the progress of joining, the call itself, and how it ended.
import { Button, Spinner } from "@fluentui/react-components";
import type { CallingService, TeamsTokenSource } from "@teams-token-exchange/client";
import { describeFailure, type Failure } from "@teams-token-exchange/client/failure";
import { useTeamsToken } from "@teams-token-exchange/client/react";
import { useEffect, useRef, useState } from "react";
import type { CallProgress, CallSession, CallsState } from "../call/call-session-types.ts";
import type { CallTarget } from "../call/call-target.ts";
import type { CallStart } from "../call/calling.ts";
import type { FindPeople } from "../people/find-people.ts";
import { FailureNotice } from "../step/FailureNotice.tsx";
import { formatDuration } from "../step/format.ts";
import { Actions } from "../step/StepCard.tsx";
import { CallPanel } from "./CallPanel.tsx";
import { EmulatedBanner, type LoadMeetings, MeetingsNotLoaded, useEmulatedMeetings } from "./EmulatedMeetings.tsx";
import { IncomingCalls } from "./IncomingCalls.tsx";
import { emptyDraft, type JoinDraft, JoinForm } from "./JoinForm.tsx";
import { ReceiveCalls } from "./ReceiveCalls.tsx";

const title = "Join a Teams meeting";

export interface JoinPanelProps {
  readonly calls: CallSession;
  readonly refresh: Pick<TeamsTokenSource, "state" | "subscribe" | "retry">;
  readonly state: CallsState;
  readonly calling: CallingService;
  /** Absent if calls are not the emulator's. */
  readonly loadMeetings: LoadMeetings | undefined;
  readonly findPeople: FindPeople | undefined;
  readonly adminConsentUrl: string;
}

export function JoinPanel(props: JoinPanelProps) {
  const { calls, refresh, state, calling, loadMeetings, findPeople, adminConsentUrl } = props;
  const { call } = state;
  const last = useRef<{ target: CallTarget; start: CallStart }>(undefined);
  const [draft, setDraft] = useState<JoinDraft>(() => ({
    ...emptyDraft,
    // Nobody but the user's own windows is in an emulated meeting, and a picture is what people try it for.
    start: { ...emptyDraft.start, cameraOn: calling.kind === "emulator" },
  }));
  const { meetings = [], code, retry } = useEmulatedMeetings(loadMeetings);
  const join = (target: CallTarget, start: CallStart) => {
    last.current = { target, start };
    void calls.join(target, start);
  };
  const again = () => {
    if (last.current) void calls.join(last.current.target, last.current.start);
  };
  const showForm = call.status === "idle" || call.status === "ended" || call.status === "failed";
  return (
    <>
      {calling.kind === "emulator" && <EmulatedBanner />}
      <IncomingCalls calls={calls} state={state} start={draft.start} />
      <RefreshTrouble refresh={refresh} />
      {call.status === "failed" && <FailureNotice failure={call.failure} step={title} onAction={again} />}
      {call.status === "ended" && <CallEnded text={call.text} />}
      {showForm && (
        <>
          {code !== undefined && <MeetingsNotLoaded code={code} onRetry={retry} />}
          <JoinForm
            draft={draft}
            onDraft={setDraft}
            onJoin={join}
            meetings={meetings}
            find={findPeople}
            adminConsentUrl={adminConsentUrl}
            note={notes[calling.kind]}
          />
        </>
      )}
      {call.status === "preparing" && (
        <Progress
          text={progressTexts[calling.kind][call.progress]}
          startedAt={call.startedAt}
          onCancel={() => calls.leave()}
        />
      )}
      {call.status === "in-call" && (
        <CallPanel key={call.startedAt} call={call.call} snapshot={call.snapshot} onLeave={() => void calls.leave()} />
      )}
      <ReceiveCalls calls={calls} receiving={state.receiving} />
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

const notes: Readonly<Record<CallingService["kind"], string | undefined>> = {
  azure: "Joining for the first time downloads the Calling SDK (1.8 MB).",
  emulator: undefined,
};

const progressTexts: Readonly<Record<CallingService["kind"], Readonly<Record<CallProgress, string>>>> = {
  azure: {
    loading: "Loading the Calling SDK (1.8 MB, only the first time).",
    connecting: "Connecting to Teams. The first connection takes up to half a minute.",
    joining: "Placing the call.",
  },
  emulator: {
    loading: "Loading the emulated Calling SDK.",
    connecting: "Connecting to the emulator.",
    joining: "Placing the call.",
  },
};

interface ProgressProps {
  readonly text: string;
  readonly startedAt: number;
  readonly onCancel: () => Promise<void>;
}

function Progress({ text, startedAt, onCancel }: ProgressProps) {
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
        <Spinner size="tiny" label={text} labelPosition="after" />
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

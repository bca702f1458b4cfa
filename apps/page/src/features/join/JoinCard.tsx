// Step 4: a call as the Teams user. The frame only; what is in it is loaded when the step can be taken.
import { VideoRegular } from "@fluentui/react-icons";
import { useSyncExternalStore } from "react";
import type { CallSession, CallState } from "../../call/call-session.ts";
import type { Refresh } from "../../services.ts";
import { Loaded, lazyPart } from "../../step/Loaded.tsx";
import type { BadgeState } from "../../step/StateBadge.tsx";
import { StepCard } from "../../step/StepCard.tsx";

const JoinPanel = lazyPart(
  () => import("./JoinPanel.tsx"),
  (part) => part.JoinPanel,
);

const title = "Join a Teams meeting";

export interface JoinCardProps {
  readonly calls: CallSession;
  readonly refresh: Refresh;
  readonly enabled: boolean;
}

export function JoinCard({ calls, refresh, enabled }: JoinCardProps) {
  const state = useSyncExternalStore(calls.subscribe, calls.state);
  return (
    <StepCard
      number={4}
      icon={<VideoRegular />}
      title={title}
      summary="The Calling SDK takes the ACS access token and joins a meeting, or calls another user, as the Teams user."
      state={badge(state)}
      enabled={enabled}
    >
      {enabled && (
        <Loaded part={title}>
          <JoinPanel calls={calls} refresh={refresh} state={state} />
        </Loaded>
      )}
    </StepCard>
  );
}

function badge(state: CallState): BadgeState {
  switch (state.status) {
    case "idle":
    case "ended":
      return { status: "idle" };
    case "preparing":
      return { status: "running" };
    case "in-call":
      return state.durationMs === undefined ? { status: "running" } : { status: "done", durationMs: state.durationMs };
    case "failed":
      return { status: "failed" };
    default:
      return state satisfies never;
  }
}

// Step 4: a call as the Teams user. The content of the card is loaded when the step is enabled.
import { Link } from "@fluentui/react-components";
import { VideoRegular } from "@fluentui/react-icons";
import { useSyncExternalStore } from "react";
import type { CallState } from "../call/call-session-types.ts";
import { canCall } from "../call/load-sdk.ts";
import type { JoinPanelProps } from "../join/JoinPanel.tsx";
import { Loaded, lazyPart } from "../step/Loaded.tsx";
import type { BadgeState } from "../step/StateBadge.tsx";
import { StepCard } from "../step/StepCard.tsx";

const JoinPanel = lazyPart(
  () => import("../join/JoinPanel.tsx"),
  (part) => part.JoinPanel,
);

const title = "Join a Teams meeting";

export interface JoinCardProps extends Omit<JoinPanelProps, "state"> {
  readonly enabled: boolean;
}

export function JoinCard({ enabled, ...panel }: JoinCardProps) {
  const { calls, calling } = panel;
  const state = useSyncExternalStore(calls.subscribe, calls.state);
  return (
    <StepCard
      number={4}
      icon={<VideoRegular />}
      title={title}
      summary="Join a meeting or call another user: the Calling SDK does it with the ACS access token, as the Teams user."
      state={badge(state.call)}
      enabled={enabled}
    >
      {!canCall(calling) && <WithoutCallingSdk />}
      {canCall(calling) && enabled && (
        <Loaded part={title}>
          <JoinPanel {...panel} state={state} />
        </Loaded>
      )}
    </StepCard>
  );
}

const sourceCode = "https://github.com/teams-token-exchange/teams-token-exchange";

function WithoutCallingSdk() {
  return (
    <p style={{ margin: 0 }}>
      This build of the page does not include the Calling SDK, because the license of the SDK does not allow
      redistribution. To join meetings, build the page yourself:{" "}
      <Link href={sourceCode} target="_blank" rel="noreferrer" inline>
        clone the repository
      </Link>{" "}
      and run <code>npm start</code>.
    </p>
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

// The state of a step as text. The color says the same again.
import { Badge } from "@fluentui/react-components";
import { formatDuration } from "./format.ts";
import type { StepState } from "./use-step.ts";

/** What a badge can show. */
export type BadgeState =
  | { readonly status: "idle" | "running" | "failed" }
  | { readonly status: "done"; readonly durationMs?: number };

/** Converts the state of a step. */
export function badgeState(state: StepState<unknown>): BadgeState {
  return state.status === "done" ? { status: "done", durationMs: state.durationMs } : { status: state.status };
}

const looks = {
  idle: { text: "Not started", color: "informative" },
  running: { text: "Running", color: "brand" },
  failed: { text: "Failed", color: "danger" },
  done: { text: "Done", color: "success" },
} as const;

export function StateBadge({ state }: { state: BadgeState }) {
  const { text, color } = looks[state.status];
  const duration =
    state.status === "done" && state.durationMs !== undefined ? ` in ${formatDuration(state.durationMs)}` : "";
  return (
    <span role="status">
      <Badge appearance="tint" color={color} size="large">
        {text}
        {duration}
      </Badge>
    </span>
  );
}

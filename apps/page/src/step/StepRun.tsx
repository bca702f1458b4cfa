// The result of a step that one button starts: the failure with what to do, or the result with the button.
import { Button } from "@fluentui/react-components";
import type { ReactNode } from "react";
import { FailureNotice } from "./FailureNotice.tsx";
import { Actions } from "./StepCard.tsx";
import type { Step } from "./use-step.ts";

export interface StepRunProps {
  readonly state: Step<unknown, unknown>["state"];
  readonly title: string;
  readonly enabled: boolean;
  readonly adminConsentUrl: string;
  /** The text of the button, for the first run and for later ones. */
  readonly label: string;
  readonly labelOfAnother: string;
  /** Runs the step. If it failed, runs it with the options that can solve the failure. */
  readonly onRun: () => void;
  /** The result of the step. */
  readonly children: ReactNode;
}

export function StepRun(props: StepRunProps) {
  const { state, title, enabled, adminConsentUrl, label, labelOfAnother, onRun, children } = props;
  if (state.status === "failed")
    return <FailureNotice failure={state.failure} step={title} adminConsentUrl={adminConsentUrl} onAction={onRun} />;
  const isDone = state.status === "done";
  return (
    <>
      {isDone && children}
      <Actions>
        <Button
          appearance={isDone ? "secondary" : "primary"}
          disabled={!enabled}
          disabledFocusable={state.status === "running"}
          onClick={onRun}
        >
          {isDone ? labelOfAnother : label}
        </Button>
      </Actions>
    </>
  );
}

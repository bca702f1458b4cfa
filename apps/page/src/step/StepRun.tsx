// The end of a step that one button starts: how it failed and what helps, or what came of it and the button.
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
  /** The words on the button, the first time and after that. */
  readonly label: string;
  readonly labelOfAnother: string;
  /** Runs the step, again where it is done, or with what helps where it failed. */
  readonly onRun: () => void;
  /** What came of the step. */
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

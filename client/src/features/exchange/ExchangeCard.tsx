// Step 3: both Entra tokens to our server, an ACS access token of the Teams user back.
import { Button } from "@fluentui/react-components";
import { ArrowSwapRegular } from "@fluentui/react-icons";
import type { ReactNode } from "react";
import type { SignInWay } from "../../auth/auth-state.ts";
import type { AcsTokenSummary } from "../../session/teams-session.ts";
import { FailureNotice } from "../../step/FailureNotice.tsx";
import { recovery } from "../../step/recovery.ts";
import { badgeState } from "../../step/StateBadge.tsx";
import { Actions, StepCard } from "../../step/StepCard.tsx";
import type { Step } from "../../step/use-step.ts";
import type { AcquireOptions } from "../../teams-token/provider.ts";

const title = "Exchange";

export interface ExchangeCardProps {
  readonly step: Step<AcsTokenSummary, AcquireOptions>;
  readonly enabled: boolean;
  readonly way: SignInWay;
  readonly adminConsentUrl: string;
  readonly onSignOut: () => void;
  /** The token that a refresh has put in the place of the first one. */
  readonly latest: AcsTokenSummary | undefined;
  readonly tokenBox: (kind: "acs", expiresOnTimestamp: number) => ReactNode;
}

export function ExchangeCard({ step, enabled, way, adminConsentUrl, onSignOut, latest, tokenBox }: ExchangeCardProps) {
  const { state } = step;
  const token = latest ?? (state.status === "done" ? state.result : undefined);
  const recover = () => {
    const options = state.status === "failed" ? recovery(state.failure, way) : {};
    if (options === undefined) onSignOut();
    else void step.run(options);
  };
  return (
    <StepCard
      number={3}
      icon={<ArrowSwapRegular />}
      title={title}
      summary="Our server checks that both tokens are of the same user and asks Azure Communication Services for an access token."
      state={badgeState(state)}
      enabled={enabled}
    >
      {state.status === "failed" && (
        <FailureNotice failure={state.failure} step={title} adminConsentUrl={adminConsentUrl} onAction={recover} />
      )}
      {state.status === "done" && token !== undefined && (
        <>
          {tokenBox("acs", token.expiresOnTimestamp)}
          {token.requestId !== undefined && <span>Request id: {token.requestId}</span>}
        </>
      )}
      {state.status !== "failed" && (
        <Actions>
          <Button
            appearance={state.status === "done" ? "secondary" : "primary"}
            disabled={!enabled}
            disabledFocusable={state.status === "running"}
            onClick={recover}
          >
            {state.status === "done" ? "Exchange again" : "Exchange the tokens"}
          </Button>
        </Actions>
      )}
    </StepCard>
  );
}

// Step 2: the two Entra tokens, one for our API and one for the Teams resource.
import { KeyMultipleRegular } from "@fluentui/react-icons";
import type { ReactNode } from "react";
import type { SignInWay } from "../../auth/auth-state.ts";
import type { EntraTokensSummary } from "../../session/teams-session.ts";
import { recovery } from "../../step/recovery.ts";
import { badgeState } from "../../step/StateBadge.tsx";
import { StepCard } from "../../step/StepCard.tsx";
import { StepRun } from "../../step/StepRun.tsx";
import type { Step } from "../../step/use-step.ts";
import type { AcquireOptions } from "../../teams-token/provider.ts";

const title = "Get the two Entra tokens";

export interface TokensCardProps {
  readonly step: Step<EntraTokensSummary, AcquireOptions>;
  readonly enabled: boolean;
  readonly way: SignInWay;
  readonly adminConsentUrl: string;
  readonly onSignOut: () => void;
  readonly tokenBox: (kind: "api" | "teams", expiresOnTimestamp: number) => ReactNode;
}

export function TokensCard({ step, enabled, way, adminConsentUrl, onSignOut, tokenBox }: TokensCardProps) {
  const { state } = step;
  const recover = () => {
    const options = state.status === "failed" ? recovery(state.failure, way) : {};
    if (options === undefined) onSignOut();
    else void step.run(options);
  };
  return (
    <StepCard
      number={2}
      icon={<KeyMultipleRegular />}
      title={title}
      summary="One token says to our server who is calling; the other lets Azure Communication Services act for the Teams user."
      state={badgeState(state)}
      enabled={enabled}
    >
      <StepRun
        state={state}
        title={title}
        enabled={enabled}
        adminConsentUrl={adminConsentUrl}
        label="Get the tokens"
        labelOfAnother="Get them again"
        onRun={recover}
      >
        {state.status === "done" && (
          <>
            {tokenBox("api", state.result.api.expiresOnTimestamp)}
            {tokenBox("teams", state.result.teams.expiresOnTimestamp)}
          </>
        )}
      </StepRun>
    </StepCard>
  );
}

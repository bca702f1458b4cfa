// Step 2: the two Entra tokens, one for the API of the server and one for the Teams resource.
import { KeyMultipleRegular } from "@fluentui/react-icons";
import type { TeamsTokenOptions } from "@teams-token-exchange/client";
import type { ReactNode } from "react";
import type { SignInWay } from "../auth/auth-state.ts";
import type { EntraTokensSummary } from "../session/teams-session.ts";
import { recovery } from "../step/recovery.ts";
import { badgeState } from "../step/StateBadge.tsx";
import { StepCard } from "../step/StepCard.tsx";
import { StepRun } from "../step/StepRun.tsx";
import type { Step } from "../step/use-step.ts";

const title = "Get the two Entra tokens";

export interface TokensCardProps {
  readonly step: Step<EntraTokensSummary, TeamsTokenOptions>;
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
      summary="The API token tells our server who you are. The Teams token lets Azure Communication Services act on your behalf."
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

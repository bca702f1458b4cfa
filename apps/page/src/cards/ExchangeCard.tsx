// Step 3: sends both Entra tokens to the server and gets an ACS access token of the Teams user.
import { ArrowSwapRegular } from "@fluentui/react-icons";
import type { ExchangeWay, TeamsTokenOptions } from "@teams-token-exchange/client";
import type { ReactNode } from "react";
import type { SignInWay } from "../auth/auth-state.ts";
import type { AcsTokenSummary } from "../session/teams-session.ts";
import { Loaded, lazyPart } from "../step/Loaded.tsx";
import { recovery } from "../step/recovery.ts";
import { badgeState } from "../step/StateBadge.tsx";
import { StepCard } from "../step/StepCard.tsx";
import { StepRun } from "../step/StepRun.tsx";
import type { Step } from "../step/use-step.ts";

const title = "Exchange";

// Only few servers offer a choice, so it is loaded only then.
const WayChoice = lazyPart(
  () => import("./WayChoice.tsx"),
  (part) => part.WayChoice,
);

const summaries: Readonly<Record<ExchangeWay, string>> = {
  server:
    "Our server checks that both tokens belong to you, then exchanges the Teams token for an Azure Communication Services (ACS) token.",
  direct: "This page sends a third Entra token to Azure Communication Services (ACS), which returns an ACS token.",
};

export interface ExchangeCardProps {
  readonly step: Step<AcsTokenSummary, TeamsTokenOptions>;
  readonly enabled: boolean;
  readonly way: SignInWay;
  /** The way of the exchange, and the function that changes it if the user can choose. */
  readonly exchangeWay: ExchangeWay;
  readonly onExchangeWay: ((way: ExchangeWay) => void) | undefined;
  readonly adminConsentUrl: string;
  readonly onSignOut: () => void;
  /** The token of the latest refresh. */
  readonly latest: AcsTokenSummary | undefined;
  readonly tokenBox: (kind: "acs", expiresOnTimestamp: number) => ReactNode;
}

export function ExchangeCard(props: ExchangeCardProps) {
  const { step, enabled, way, exchangeWay, onExchangeWay, adminConsentUrl, onSignOut, latest, tokenBox } = props;
  const { state } = step;
  const token = latest ?? (state.status === "done" ? state.result : undefined);
  const recover = () => {
    const options = state.status === "failed" ? recovery(state.failure, way) : {};
    if (options === undefined) onSignOut();
    // A direct exchange asks the user in a pop-up window: a redirect would lose the choice.
    else if (exchangeWay === "direct" && options.interaction)
      void step.run({ ...options, way: exchangeWay, interaction: "popup" });
    else void step.run({ ...options, way: exchangeWay });
  };
  return (
    <StepCard
      number={3}
      icon={<ArrowSwapRegular />}
      title={title}
      summary={summaries[exchangeWay]}
      state={badgeState(state)}
      enabled={enabled}
    >
      {onExchangeWay !== undefined && (
        <Loaded part="Way to the token">
          <WayChoice way={exchangeWay} disabled={!enabled || state.status === "running"} onChange={onExchangeWay} />
        </Loaded>
      )}
      <StepRun
        state={state}
        title={title}
        enabled={enabled}
        adminConsentUrl={adminConsentUrl}
        label="Exchange the tokens"
        labelOfAnother="Exchange again"
        onRun={recover}
      >
        {token !== undefined && (
          <>
            {tokenBox("acs", token.expiresOnTimestamp)}
            {token.requestId !== undefined && <span>Request ID: {token.requestId}</span>}
          </>
        )}
      </StepRun>
    </StepCard>
  );
}

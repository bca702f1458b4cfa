// The numbered steps of the page and what each hands to the next.
import { makeStyles } from "@fluentui/react-components";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useAuth } from "./auth/AuthProvider.tsx";
import type { SignInWay } from "./auth/auth-state.ts";
import { rememberInteraction } from "./auth/pending-interaction.ts";
import { TokensCard } from "./features/entra-tokens/TokensCard.tsx";
import { ExchangeCard } from "./features/exchange/ExchangeCard.tsx";
import { JoinCard } from "./features/join/JoinCard.tsx";
import { SignInCard } from "./features/sign-in/SignInCard.tsx";
import type { TokenBox } from "./features/token-box/TokenBox.tsx";
import type { Services } from "./services.ts";
import type { AcsTokenSummary, EntraTokensSummary, TokenKind } from "./session/teams-session.ts";
import { loadPart } from "./step/Loaded.tsx";
import { useStep } from "./step/use-step.ts";
import type { AcquireOptions, ExchangeWay } from "./teams-token/provider.ts";

const useStyles = makeStyles({
  list: { listStyleType: "none", margin: 0, padding: 0, display: "flex", flexDirection: "column", rowGap: "16px" },
});

const tokenLabels: Readonly<Record<TokenKind, string>> = {
  api: "API token",
  teams: "Teams token",
  acs: "ACS access token",
};

export function Steps({ services }: { services: Services }) {
  const styles = useStyles();
  const auth = useAuth();
  const { session, log } = services;
  const signedIn = auth.state.status === "signed-in";
  const way: SignInWay = auth.state.status === "signed-in" ? auth.state.way : "redirect";

  const { Box, loadBox } = useTokenBox();
  const tokens = useStep<EntraTokensSummary, AcquireOptions>({
    name: "Entra tokens",
    log,
    operation: useCallback(
      async (options) => {
        if (options?.interaction === "redirect") {
          rememberInteraction(sessionStorage, { step: "tokens", startedAt: Date.now() });
        }
        const [result] = await Promise.all([session.acquireEntraTokens(options), loadBox()]);
        return result;
      },
      [session, loadBox],
    ),
  });
  const exchange = useStep<AcsTokenSummary, AcquireOptions>({
    name: "Exchange",
    log,
    operation: useCallback(
      async (options) => {
        if (options?.interaction === "redirect") {
          rememberInteraction(sessionStorage, { step: "exchange", startedAt: Date.now() });
        }
        return await session.exchange(options);
      },
      [session],
    ),
    referenceOf: requestIdOf,
  });
  const acs = useSyncExternalStore(session.subscribe, session.acs);
  const [exchangeWay, setExchangeWay] = useState<ExchangeWay>("server");
  const { status: call } = useSyncExternalStore(services.calls.subscribe, services.calls.state);
  // During a call there is nothing to choose: the other way's token is not for it.
  const mayChoose = services.config.teamsPhone !== undefined && call !== "preparing" && call !== "in-call";
  const changeWay = (next: ExchangeWay) => {
    // What one way got is no result of the other.
    exchange.reset();
    setExchangeWay(next);
  };
  useResume(services, signedIn, tokens, exchange);

  const tokenBox = (kind: TokenKind, expiresOnTimestamp: number) =>
    Box && (
      <Box label={tokenLabels[kind]} expiresOnTimestamp={expiresOnTimestamp} read={() => session.vault.read(kind)} />
    );

  return (
    <ol className={styles.list}>
      <SignInCard adminConsentUrl={services.adminConsentUrl} />
      <TokensCard
        step={tokens}
        enabled={signedIn}
        way={way}
        adminConsentUrl={services.adminConsentUrl}
        onSignOut={auth.signOut}
        tokenBox={tokenBox}
      />
      <ExchangeCard
        step={exchange}
        enabled={tokens.state.status === "done"}
        way={way}
        exchangeWay={exchangeWay}
        onExchangeWay={mayChoose ? changeWay : undefined}
        adminConsentUrl={services.adminConsentUrl}
        onSignOut={auth.signOut}
        latest={acs}
        tokenBox={tokenBox}
      />
      <JoinCard
        calls={services.calls}
        refresh={services.refresh}
        // Joining is for Teams users; the direct way makes an agent of a phone system.
        enabled={exchange.state.status === "done" && exchangeWay === "server"}
      />
    </ol>
  );
}

/**
 * The token box, loaded while the first step runs that shows one and not after it: a box that appeared later would push the
 * next step's button away from under whoever presses it.
 */
function useTokenBox() {
  const [Box, setBox] = useState<typeof TokenBox>();
  const loadBox = useCallback(async () => {
    const part = await loadPart(import("./features/token-box/TokenBox.tsx"));
    setBox(() => part.TokenBox);
  }, []);
  return { Box, loadBox };
}

const requestIdOf = (result: AcsTokenSummary) => result.requestId;

interface ResumableStep {
  run(): Promise<boolean>;
  fail: ReturnType<typeof useStep>["fail"];
}

// Goes on where a redirect interrupted a step. Once per page, also where StrictMode runs effects twice.
function useResume({ booted }: Services, signedIn: boolean, tokens: ResumableStep, exchange: ResumableStep): void {
  const resume = useRef(booted.resume);
  useEffect(() => {
    const due = resume.current;
    if (due === undefined || !signedIn) return;
    resume.current = undefined;
    if (due.failure !== undefined && due.step === "tokens") {
      tokens.fail(due.failure);
      return;
    }
    const go = async () => {
      if (!(await tokens.run()) || due.step === "tokens") return;
      if (due.failure === undefined) await exchange.run();
      else exchange.fail(due.failure);
    };
    go().catch(tokens.fail);
  }, [signedIn, tokens, exchange]);
}

// The numbered steps of the page, and what each step passes to the next one.
import { makeStyles } from "@fluentui/react-components";
import type { ExchangeWay, TeamsTokenOptions } from "@teams-token-exchange/client";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useAuth } from "./auth/AuthProvider.tsx";
import type { SignInWay } from "./auth/auth-state.ts";
import { rememberInteraction } from "./auth/pending-interaction.ts";
import { ExchangeCard } from "./cards/ExchangeCard.tsx";
import { JoinCard } from "./cards/JoinCard.tsx";
import { SignInCard } from "./cards/SignInCard.tsx";
import type { TokenBox } from "./cards/TokenBox.tsx";
import { TokensCard } from "./cards/TokensCard.tsx";
import type { Services } from "./services.ts";
import type { AcsTokenSummary, EntraTokensSummary, TokenKind } from "./session/teams-session.ts";
import { loadPart } from "./step/Loaded.tsx";
import { useStep } from "./step/use-step.ts";

const useStyles = makeStyles({
  list: {
    listStyleType: "none",
    margin: 0,
    padding: 0,
    display: "flex",
    flexDirection: "column",
    rowGap: "16px",
    "& > li:not(:has([data-in-call]))": {
      boxSizing: "border-box",
      width: "100%",
      maxWidth: "760px",
      alignSelf: "center",
    },
  },
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
  const tokens = useStep<EntraTokensSummary, TeamsTokenOptions>({
    name: "Entra tokens",
    log,
    operation: useCallback(
      async (options) => {
        if (options?.interaction === "redirect") {
          rememberInteraction(sessionStorage, { step: "tokens", startedAt: Date.now() });
        }
        const [result] = await Promise.all([session.entraTokens(options), loadBox()]);
        return result;
      },
      [session, loadBox],
    ),
  });
  const exchange = useStep<AcsTokenSummary, TeamsTokenOptions>({
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
  const { call, receiving } = useSyncExternalStore(services.calls.subscribe, services.calls.state);
  // While the token is in use the user cannot choose, because a token of the other way is not valid for calls.
  const isInUse =
    call.status === "preparing" || call.status === "in-call" || !["off", "failed"].includes(receiving.status);
  const mayChoose = services.config.teamsPhone !== undefined && !isInUse;
  const changeWay = (next: ExchangeWay) => {
    // The result of one way is not a result of the other way.
    exchange.reset();
    setExchangeWay(next);
  };
  useResume(services, signedIn, tokens, exchange);

  const tokenBox = (kind: TokenKind, expiresOnTimestamp: number) =>
    Box && <Box label={tokenLabels[kind]} expiresOnTimestamp={expiresOnTimestamp} read={() => session.read(kind)} />;

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
        calling={services.calling}
        loadMeetings={services.loadMeetings}
        findPeople={services.findPeople}
        adminConsentUrl={services.adminConsentUrl}
        // Only Teams users can join; the direct way returns a token for a phone system.
        enabled={exchange.state.status === "done" && exchangeWay === "server"}
      />
    </ol>
  );
}

/**
 * Loads the token box while the first step runs that shows one. If the box appeared later, it would move the button of the
 * next step just when the user clicks it.
 */
function useTokenBox() {
  const [Box, setBox] = useState<typeof TokenBox>();
  const loadBox = useCallback(async () => {
    const part = await loadPart(import("./cards/TokenBox.tsx"));
    setBox(() => part.TokenBox);
  }, []);
  return { Box, loadBox };
}

const requestIdOf = (result: AcsTokenSummary) => result.requestId;

interface ResumableStep {
  run(): Promise<boolean>;
  fail: ReturnType<typeof useStep>["fail"];
}

// Continues the step that a redirect interrupted: once per page, even if StrictMode runs effects twice.
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

// The only place that constructs things; it reads top to bottom. Nothing here is React.
import { PublicClientApplication } from "@azure/msal-browser";
import type { ClientConfig } from "@teams-token-exchange/rules/contract";
import { adminConsentUrl } from "./auth/admin-consent.ts";
import { type BootedAuth, bootAuth } from "./auth/boot-auth.ts";
import { msalConfiguration } from "./auth/msal-configuration.ts";
import { type CallSession, createCallSession } from "./call/call-session.ts";
import { sdkLoader } from "./call/load-sdk.ts";
import { fetchClientConfig } from "./config.ts";
import { createEventLog, type EventLog } from "./event-log/event-log.ts";
import { describeFailure } from "./failure/failure.ts";
import { createRefreshMonitor, type RefreshMonitor } from "./session/refresh-monitor.ts";
import { createTeamsSession, type TeamsSession } from "./session/teams-session.ts";
import { createTeamsTokenProvider, type TeamsTokenProvider } from "./teams-token/provider.ts";

/** Everything that the page is made of, before React. */
export interface Services {
  readonly config: ClientConfig;
  readonly msal: PublicClientApplication;
  readonly session: TeamsSession;
  readonly calls: CallSession;
  readonly refresh: Refresh;
  readonly log: EventLog;
  readonly adminConsentUrl: string;
  readonly booted: BootedAuth;
  /** Ends calls and refreshes and forgets every token. */
  readonly end: () => Promise<void>;
}

/** The refresh of the ACS token: its trouble, and what can be done about it. It hands out no token. */
export interface Refresh {
  readonly monitor: RefreshMonitor;
  /** Tries again at once; with the person in a sign-in window where asked, so that a call is not left. */
  retry(options: { askPerson: boolean; claims?: string | undefined }): Promise<void>;
}

const maxHangUpMs = 2_000;

/** Asks the server at `origin` for the configuration and builds the page's services. Throws what `fetchClientConfig` throws. */
export async function createServices(origin: string): Promise<Services> {
  const config = await fetchClientConfig(origin);
  const msal = new PublicClientApplication(msalConfiguration(config, origin));
  await msal.initialize();
  const booted = await bootAuth(msal, sessionStorage);
  const log = createEventLog();
  const monitor = createRefreshMonitor();
  const provider: TeamsTokenProvider = createTeamsTokenProvider({
    msal,
    endpoint: origin,
    config,
    onRefreshTrouble: (error) => {
      const failure = describeFailure(error);
      monitor.report(failure);
      log.add(`Refresh: failed with ${failure.code}`, failure.references[0]?.value);
    },
    onRefreshed: (token) => {
      monitor.clear();
      session.refreshed(token);
      log.add("Refresh: new ACS access token", token.requestId);
    },
  });
  const session = createTeamsSession(provider);
  const stopRefreshing = () => {
    provider.dispose();
    monitor.clear();
  };
  const calls = createCallSession({
    loadSdk: sdkLoader(),
    credentialOptions: provider.credentialOptions,
    stopRefreshing,
    log,
  });

  log.add("Configuration loaded");
  logBoot(booted, log);
  return {
    config,
    msal,
    session,
    calls,
    refresh: { monitor, retry: (options) => retryRefresh(provider, options) },
    log,
    adminConsentUrl: adminConsentUrl(config, origin),
    booted,
    async end() {
      // A connection that is only being made cannot be ended before it is there, and leaving the page ends it too.
      const hungUp = calls.leave();
      session.clear();
      await Promise.race([hungUp, new Promise((resolve) => setTimeout(resolve, maxHangUpMs))]);
    },
  };
}

async function retryRefresh(
  provider: TeamsTokenProvider,
  { askPerson, claims }: { askPerson: boolean; claims?: string | undefined },
): Promise<void> {
  // A failed sign-in window is no new trouble: the retry that follows reports what is still missing.
  if (askPerson) await provider.acquireEntraTokens({ interaction: "popup", claims }).catch(() => undefined);
  provider.retryRefresh();
}

function logBoot({ initial }: BootedAuth, log: EventLog): void {
  if (initial.status === "signed-in") log.add("Signed in");
  if (initial.status !== "sign-in-failed") return;
  const { code, references } = initial.failure;
  log.add(`Sign-in failed: ${code}`, references[0]?.value);
}

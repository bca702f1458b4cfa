// Constructs everything that the page consists of, except React components.
import { PublicClientApplication } from "@azure/msal-browser";
import {
  adminConsentUrl,
  type CallingService,
  type ClientConfig,
  createTeamsTokenSource,
  fetchClientConfig,
  msalConfiguration,
  type TeamsTokenSource,
} from "@teams-token-exchange/client";
import { describeFailure } from "@teams-token-exchange/client/failure";
import { type BootedAuth, bootAuth } from "./auth/boot-auth.ts";
import { createCallSession } from "./call/call-session.ts";
import type { CallSession } from "./call/call-session-types.ts";
import { azure } from "./call/calling-failure.ts";
import { type EmulatedMeeting, fetchEmulatedMeetings } from "./call/emulated-meetings.ts";
import { sdkLoader } from "./call/load-sdk.ts";
import { createFindPeople, type FindPeople } from "./people/find-people.ts";
import { createEventLog, type EventLog } from "./session/event-log.ts";
import { createTeamsSession, type TeamsSession } from "./session/teams-session.ts";

export interface Services {
  readonly config: ClientConfig;
  readonly msal: PublicClientApplication;
  readonly session: TeamsSession;
  readonly calling: CallingService;
  readonly calls: CallSession;
  /** Gets the meetings of the emulator; absent if calls are not the emulator's. */
  readonly loadMeetings: (() => Promise<readonly EmulatedMeeting[]>) | undefined;
  /** Absent if the server does not say where Microsoft Graph is. */
  readonly findPeople: FindPeople | undefined;
  /** The state of the token refresh, without the functions that return tokens. */
  readonly refresh: Pick<TeamsTokenSource, "state" | "subscribe" | "retry">;
  readonly log: EventLog;
  readonly adminConsentUrl: string;
  readonly booted: BootedAuth;
  /** Ends calls and refreshes, and drops every token. */
  readonly end: () => Promise<void>;
}

const maxHangUpMs = 2_000;

/** Gets the configuration from the server at `address`, the folder of this page, and builds the services. Throws what `fetchClientConfig` throws. */
export async function createServices(address: string): Promise<Services> {
  const config = await fetchClientConfig(address);
  const msal = new PublicClientApplication(msalConfiguration(config, address));
  await msal.initialize();
  const booted = await bootAuth(msal, sessionStorage);
  const log = createEventLog();
  const source = createTeamsTokenSource({
    msal,
    endpoint: address,
    config,
    onTrouble(error) {
      const { code, references } = describeFailure(error);
      log.add(`Refresh: failed with ${code}`, references[0]?.value);
    },
    onRefreshed(token) {
      session.refreshed(token);
      log.add("Refresh: new ACS access token", token.requestId);
    },
  });
  const session = createTeamsSession(source);
  const { callingService: calling = azure, graphEndpoint } = config;
  const calls = createCallSession({
    loadSdk: sdkLoader(calling),
    calling,
    createCredential: () => source.credential(),
    stopRefreshing: source.dispose,
    log,
  });

  log.add("Configuration loaded");
  logBoot(booted, log);
  return {
    config,
    msal,
    session,
    calling,
    calls,
    loadMeetings:
      calling.kind === "emulator" ? () => fetchEmulatedMeetings(calling.endpoint, session.read("acs")) : undefined,
    findPeople: graphEndpoint === undefined ? undefined : createFindPeople(msal, graphEndpoint),
    refresh: source,
    log,
    adminConsentUrl: adminConsentUrl(config, address),
    booted,
    async end() {
      // The SDK cannot end a connection before it is established. Leaving the page ends it too, so do not wait long.
      const hungUp = calls.close();
      session.clear();
      await Promise.race([hungUp, new Promise((resolve) => setTimeout(resolve, maxHangUpMs))]);
    },
  };
}

function logBoot({ initial }: BootedAuth, log: EventLog): void {
  if (initial.status === "signed-in") log.add("Signed in");
  if (initial.status !== "sign-in-failed") return;
  const { code, references } = initial.failure;
  log.add(`Sign-in failed: ${code}`, references[0]?.value);
}

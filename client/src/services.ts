// The only place that constructs things; it reads top to bottom. Nothing here is React.
import { PublicClientApplication } from "@azure/msal-browser";
import type { ClientConfig } from "@teams-token-exchange/server/contract";
import { adminConsentUrl } from "./auth/admin-consent.ts";
import { type BootedAuth, bootAuth } from "./auth/boot-auth.ts";
import { msalConfiguration } from "./auth/msal-configuration.ts";
import { fetchClientConfig } from "./config.ts";
import { createEventLog, type EventLog } from "./event-log/event-log.ts";
import { createTeamsSession, type TeamsSession } from "./session/teams-session.ts";
import { createTeamsTokenProvider } from "./teams-token/provider.ts";

/** Everything that the page is made of, before React. */
export interface Services {
  readonly config: ClientConfig;
  readonly msal: PublicClientApplication;
  readonly session: TeamsSession;
  readonly log: EventLog;
  readonly adminConsentUrl: string;
  readonly booted: BootedAuth;
}

/** Asks the server at `origin` for the configuration and builds the page's services. Throws what `fetchClientConfig` throws. */
export async function createServices(origin: string): Promise<Services> {
  const config = await fetchClientConfig(origin);
  const msal = new PublicClientApplication(msalConfiguration(config, origin));
  await msal.initialize();
  const booted = await bootAuth(msal, sessionStorage);
  const provider = createTeamsTokenProvider({ msal, endpoint: origin, config });
  const session = createTeamsSession(provider);
  const log = createEventLog();
  log.add("Configuration loaded");
  if (booted.initial.status === "signed-in") log.add("Signed in");
  if (booted.initial.status === "sign-in-failed") {
    const { code, references } = booted.initial.failure;
    log.add(`Sign-in failed: ${code}`, references[0]?.value);
  }
  return { config, msal, session, log, adminConsentUrl: adminConsentUrl(config, origin), booted };
}

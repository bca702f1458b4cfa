// What an exchange needs, for ada through the page's client, with the emulator as ACS. One emulator for a file.
import { startEmulator } from "@teams-token-exchange/emulator";
import type { Caller } from "@teams-token-exchange/rules";
import { afterAll, beforeEach, onTestFinished } from "vitest";
import { accessKeyCredential } from "../../src/acs/acs-connection.ts";
import { createAcsIdentity } from "../../src/acs/acs-identity.ts";
import { createTransport } from "../../src/acs/transport.ts";
import { createMemoryDenyList } from "../../src/deny-list/deny-list.ts";
import { createCoalesce } from "../../src/exchange/exchange.ts";
import type { ExchangeContext } from "../../src/exchange/exchange-context.ts";
import { createExchangeQuota } from "../../src/quota/exchange-quota.ts";
import { defaultQuotaTimes, type QuotaGuard } from "../../src/quota/quota-guard.ts";
import { createMemoryQuotaGuard } from "../../src/quota/quota-window.ts";
import type { Resource, Tenant } from "../../src/resources/tenant.ts";
import { parseConnectionString } from "../../src/settings/setting-formats.ts";

export const emulator = await startEmulator();
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

export const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";
export const caller: Caller = {
  objectId: emulator.user("ada").oid,
  tenantId: emulator.tenant("northwharf").id,
  clientId: emulator.registration("spa").appId,
  roles: [],
};

/** The time that stands still, and the end of all tokens that are issued here. */
export const nowMs = Math.floor(Date.now() / 1000) * 1000;
export const expiresOn = new Date(nowMs + 3_600_000);

/** A Teams token of a user, by default the caller, with these claims. */
export const teamsTokenOf = (user = "ada", claims: object = {}): Promise<string> =>
  emulator.issueToken({ resource: "teams", user, claims: { exp: expiresOn.getTime() / 1000, ...claims } });

const acs = parseConnectionString(emulator.acsConnectionString);
if (!acs.ok) throw new Error(acs.reason);
const { accessKey } = acs.value;

interface Limits {
  /** Calls of ACS in any window. */
  calls?: number;
  deadlineMs?: number;
}

/** All of it real, on a clock that stands still; `spent` lists the callers who asked for a call to ACS. */
export function exchangeContext({ calls = 10, deadlineMs = 60_000 }: Limits = {}) {
  const endpoint = emulator.origin;
  const transport = createTransport(endpoint, 10);
  onTestFinished(() => transport.close());
  const now = () => nowMs;
  const spent: string[] = [];
  const guard = createMemoryQuotaGuard({ limit: calls, times: defaultQuotaTimes, monotonicNow: () => 0 });
  const noting: QuotaGuard = {
    take(request) {
      spent.push(request.caller);
      return guard.take(request);
    },
  };
  const credential = accessKeyCredential([accessKey]);
  const acsConnection = { endpoint, credential, transport, allowInsecureConnection: true, now };
  const identity = createAcsIdentity({ ...acsConnection, onUnknownTokenForm: () => {} });
  const resilience = { isOpen: false, isSaturated: false, stop: () => {} };
  const resource: Resource = {
    name: undefined,
    identity: { ...identity, resilience },
    acs: acsConnection,
    quota: createExchangeQuota(noting, () => 0),
  };
  const { tenantId, clientId } = caller;
  const rules = {
    authority: emulator.origin,
    tenantId,
    apiClientId: "",
    clientIds: [clientId],
    requiredAuthContexts: [],
  };
  const tenant: Tenant = { name: undefined, rules, share: undefined, resource, routes: undefined };
  const needs: ExchangeContext = {
    denyList: createMemoryDenyList(now),
    coalesce: createCoalesce(),
    now,
    deadlineMs,
    teamsResource: "https://auth.msft.communication.azure.com",
  };
  return { needs, tenant, spent };
}

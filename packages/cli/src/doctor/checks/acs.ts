// The ACS resource: reachable, and it takes the keys.
import { createHash, createHmac } from "node:crypto";
import { explainFailure } from "@teams-token-exchange/server/deployment";
import { Advice } from "../../command/failures.ts";
import { type Check, configOf, type Examined, type Finding } from "./check.ts";

// The probe is a signed request that creates nothing and uses nothing of the exchange's quota: it asks for a token of a made-up
// identity with an empty list of scopes, which no resource grants. ACS checks the signature first, so if it refuses the rest,
// the key is right. Cost: one of the 1,000 token requests per 30 s; nothing is billed.
const target =
  "/identities/8%3Aacs%3A00000000-0000-0000-0000-000000000000_00000000-0000-0000-0000-000000000000/:issueAccessToken?api-version=2023-10-01";
const body = JSON.stringify({ scopes: [] });

/** What the answer says about the key. */
type Probe =
  | { readonly outcome: "accepted" | "key-refused" }
  | { readonly outcome: "unreachable"; readonly error: unknown }
  | { readonly outcome: "unexpected"; readonly status: number };

/** Sends it. @param accessKey base64, as the portal shows it */
async function probeAcs(
  endpoint: string,
  accessKey: string,
  { fetch, now }: { fetch: typeof globalThis.fetch; now: () => number },
): Promise<Probe> {
  const { origin, host } = new URL(endpoint);
  const date = new Date(now()).toUTCString();
  const hash = createHash("sha256").update(body).digest("base64");
  const text = `POST\n${target}\n${date};${host};${hash}`;
  const signature = createHmac("sha256", Buffer.from(accessKey, "base64")).update(text).digest("base64");
  const response = await fetch(origin + target, {
    method: "POST",
    body,
    redirect: "error",
    signal: AbortSignal.timeout(10_000),
    headers: {
      "content-type": "application/json",
      "x-ms-date": date,
      "x-ms-content-sha256": hash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    },
  }).catch((error: unknown) => ({ error }));
  if ("error" in response) return { outcome: "unreachable", error: response.error };
  const answer = (await response.json().catch(() => undefined)) as { error?: { code?: unknown } } | undefined;
  return probeOutcome(response.status, answer?.error?.code);
}

/** 401 has two meanings: without a code or with `Denied` the signature was refused; any other is about the identity. */
function probeOutcome(status: number, code: unknown): Probe {
  if (status === 401) return { outcome: code === undefined || code === "Denied" ? "key-refused" : "accepted" };
  if (status === 403) return { outcome: "key-refused" };
  if (status === 400 || status === 404 || status === 429) return { outcome: "accepted" };
  return { outcome: "unexpected", status };
}

const settingOf = (index: number) => (index === 0 ? "ACS_CONNECTION_STRING" : "ACS_CONNECTION_STRING_SECONDARY");

const explain = (error: unknown, host: string, { proxy }: Examined) =>
  explainFailure(error, {
    attempt: "Cannot reach ACS at",
    host,
    setting: "ACS_CONNECTION_STRING (or ACS_ENDPOINT)",
    proxy,
  });

const unreachable = (host: string, error: unknown, examined: Examined): Finding => ({
  id: "acs-unreachable",
  what: `${explain(error, host, examined)}.`,
  why: "Every exchange would end in 502 upstream-unavailable.",
  remedy: `Portal → your Communication Services resource → Keys → Endpoint: compare it with the settings. curl -v https://${host} tells whether DNS, a proxy or a firewall is in the way.`,
});

const refused = (setting: string): Finding => ({
  id: "acs-key-refused",
  what: `ACS refuses the access key in ${setting}.`,
  why: "The key was regenerated, or is another resource's; every exchange would end in 500 server-misconfigured.",
  remedy: `Portal → your Communication Services resource → Keys → copy the connection string into ${setting}; or az communication list-key --name <resource> --resource-group <group>`,
});

async function run(examined: Examined): Promise<Finding[]> {
  const { endpoint, accessKeys } = configOf(examined).acs;
  if (accessKeys.length === 0) {
    // The server signs in with an identity that only its own machine has; from here, the resource can answer and no more.
    const probe = await probeAcs(endpoint, "", examined);
    return probe.outcome === "unreachable" ? [unreachable(new URL(endpoint).host, probe.error, examined)] : [];
  }
  const findings: Finding[] = [];
  for (const [index, accessKey] of accessKeys.entries()) {
    const probe = await probeAcs(endpoint, accessKey, examined);
    if (probe.outcome === "unreachable") return [unreachable(new URL(endpoint).host, probe.error, examined)];
    if (probe.outcome === "key-refused") findings.push(refused(settingOf(index)));
    if (probe.outcome === "unexpected") {
      throw new Advice(
        `ACS answered ${probe.status}, so the key could not be checked.`,
        "Run doctor again in a while; if it stays, look at the status page of Azure.",
      );
    }
  }
  return findings;
}

/** ACS. */
export const acs: Check = { name: "acs", needs: "settings", run };

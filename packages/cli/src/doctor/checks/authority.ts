// The authority: reachable, knows the tenant, issues in the name that the server expects, has usable keys, and agrees with
// this machine about the time.
import {
  discoveryUrl,
  explainFailure,
  explainIssuer,
  fetchSigningKeys,
  issuersOf,
} from "@teams-token-exchange/server/deployment";
import { z } from "zod";
import { type Check, configOf, type Examined, type Finding } from "./check.ts";

const document = z.object({ issuer: z.string() });

/** The server tolerates a minute between its clock and the tokens' times. */
const maxClockDifferenceMs = 60_000;

const destinationOf = (authority: string, { proxy }: Examined) => ({
  attempt: "Cannot reach the authority at",
  host: new URL(authority).host,
  setting: "ENTRA_AUTHORITY",
  proxy,
});

const unreachable = (authority: string, error: unknown, examined: Examined): Finding => ({
  id: "authority-unreachable",
  what: `${explainFailure(error, destinationOf(authority, examined))}.`,
  why: "The server gets its signing keys there; without them it answers every request with 503.",
  remedy: `curl -v ${authority} tells whether DNS, a proxy, a firewall or a certificate is in the way (NODE_EXTRA_CA_CERTS for a certificate of your own). Otherwise check ENTRA_AUTHORITY.`,
});

const tenantUnknown = (status: number): Finding => ({
  id: "tenant-unknown",
  what: `The authority knows no tenant with the id in ENTRA_TENANT_ID (${status}).`,
  why: "Nobody can sign in, and no token can be checked.",
  remedy:
    "Entra admin center → Overview → Tenant ID; or: az account show --query tenantId -o tsv. Sovereign clouds have an authority of their own: ENTRA_AUTHORITY.",
});

/** A minute more than the server's tolerance would be too late: by then every fresh token is refused. */
function clockFinding(response: Response, nowMs: number): Finding[] {
  const theirs = Date.parse(response.headers.get("date") ?? "");
  const differenceMs = nowMs - theirs;
  if (!(Math.abs(differenceMs) > maxClockDifferenceMs)) return [];
  const seconds = Math.round(Math.abs(differenceMs) / 1000);
  return [
    {
      id: "clock-differs",
      what: `This machine's clock is ${seconds} s ${differenceMs > 0 ? "ahead of" : "behind"} the authority's.`,
      why: "Beyond 60 s, fresh tokens look expired or not yet valid (401); beyond 15 minutes, ACS refuses the signature.",
      remedy:
        "Switch time synchronisation on: timedatectl set-ntp true (Linux), or Settings → Time & language → Sync now (Windows).",
    },
  ];
}

async function keysFinding(examined: Examined, authority: string, tenantId: string): Promise<Finding[]> {
  try {
    await fetchSigningKeys({ authority, tenantId, fetch: examined.fetch });
    return [];
  } catch (error) {
    const destination = { ...destinationOf(authority, examined), attempt: "Cannot fetch signing keys from" };
    return [
      {
        id: "signing-keys-unusable",
        what: `${explainFailure(error, destination)}.`,
        why: "Without a usable key no token can be checked: the server stays unready.",
        remedy: `Look at the jwks_uri of ${discoveryUrl(authority, tenantId)}: it must be on the same origin and hold RSA keys of at least 2048 bits. A proxy that alters the answer must let it through.`,
      },
    ];
  }
}

async function run(examined: Examined): Promise<Finding[]> {
  const { authority, tenantId } = configOf(examined).entra;
  const response = await examined
    .fetch(discoveryUrl(authority, tenantId), { redirect: "error", signal: AbortSignal.timeout(10_000) })
    .catch((error: unknown) => unreachable(authority, error, examined));
  if ("id" in response) return [response];
  const body: unknown = await response.json().catch(() => undefined);
  const clock = clockFinding(response, examined.now());
  if (!response.ok) return [tenantUnknown(response.status), ...clock];
  const issuer = document.safeParse(body).data?.issuer;
  if (issuer !== issuersOf(authority, tenantId).v2) {
    const finding = {
      id: "issuer-wrong",
      what: explainIssuer(issuer ?? "", issuersOf(authority, tenantId).v2),
      why: "Every token would be refused for its issuer: the v1 and v2 forms and the clouds have an exact issuer each.",
      remedy:
        "Set ENTRA_AUTHORITY to an origin, such as https://login.microsoftonline.com for the public cloud, without a path and without /v2.0.",
    };
    return [finding, ...clock];
  }
  return [...clock, ...(await keysFinding(examined, authority, tenantId))];
}

/** The authority. */
export const authority: Check = { name: "authority", needs: "settings", run };

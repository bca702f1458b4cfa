// The `claims` parameter: MSAL always sends it, with the client's capabilities and, after a challenge, the requested
// claims.
import { EntraError } from "./entra-error.ts";

/** The parts that the emulator supports. */
export interface ClaimsRequest {
  /** E.g. `CP1`: the client can handle claims challenges. */
  clientCapabilities: string[];
  /** Conditional-access contexts that the access token must show. */
  acrs: string[];
}

interface RequestedClaim {
  value?: unknown;
  values?: unknown;
}

function valuesOf(claim: RequestedClaim | null | undefined): string[] {
  if (!claim) return [];
  const all = [claim.value, ...(Array.isArray(claim.values) ? claim.values : [])];
  return all.filter((value) => typeof value === "string");
}

/** @throws AADSTS9002313 if it is not a JSON object */
export function readClaimsRequest(claims: string | null | undefined): ClaimsRequest {
  if (!claims) return { clientCapabilities: [], acrs: [] };
  try {
    const parsed = JSON.parse(claims) as { access_token?: Record<string, RequestedClaim | null> } | null;
    const accessToken = parsed?.access_token ?? {};
    return { clientCapabilities: valuesOf(accessToken["xms_cc"]), acrs: valuesOf(accessToken["acrs"]) };
  } catch {
    throw new EntraError(9002313);
  }
}

/** The challenge for these contexts, as in `claims` of Entra's errors. */
export const acrsChallenge = (acrs: readonly string[]): string =>
  JSON.stringify({
    access_token: { acrs: acrs.length === 1 ? { essential: true, value: acrs[0] } : { essential: true, values: acrs } },
  });

/** The challenge of a conditional-access policy, which names the policy. */
export const policyChallenge = (resourceAppId: string): string =>
  JSON.stringify({ access_token: { polids: { essential: true, values: [resourceAppId] } } });

// The rules that bind a Teams token to its caller, as pure functions. The token is meant for another resource, so its
// signature is not ours to check and Microsoft may make it undecodable at any time; ACS is its judge. What can be read is
// compared early, so that a mismatch costs no quota and gets a clear answer.
import { decodeJwt } from "jose";
import type { Caller } from "./caller-token.ts";
import { type ClaimForms, isText, isTime, malformedClaim, optional } from "./claim-forms.ts";
import { accept, type Result, refuse } from "./result.ts";

export type TeamsTokenRefusal =
  | "malformed"
  | "wrong-audience"
  | "expired"
  | "expiring"
  | "other-tenant"
  | "other-user"
  | "other-client"
  | "scope-missing";

/** `matched`: every claim was compared with the caller. `opaque`: nothing could be read, ACS alone decides. */
export type TeamsTokenMatch = "matched" | "opaque";

/** ACS's Teams resource: its URI in v1 tokens, its application id in v2 tokens. */
export const teamsAudiences: readonly string[] = [
  "https://auth.msft.communication.azure.com",
  "1fd5118e-2576-4263-8130-9503064c837a",
];
/** Both delegated permissions that an exchange needs. */
export const teamsScopes: readonly string[] = ["Teams.ManageCalls", "Teams.ManageChats"];
const maxTokenBytes = 8 * 1024;

/** The Calling SDK renews this long before the end; a token with less would be renewed without pause. */
const minLifeSeconds = 600;

/** RFC 6750's token alphabet: nothing else can be a token, and nothing else may reach a header or a log. */
const tokenForm = /^[A-Za-z0-9\-._~+/]+=*$/;

/** The claims that the rules read, in the forms of {@link teamsForms}, where a token can be read at all. */
interface TeamsClaims {
  readonly aud: string;
  readonly exp: number;
  readonly oid?: string;
  readonly tid?: string;
  readonly appid?: string;
  readonly azp?: string;
  readonly scp?: string;
}

/** What each of these claims must look like. */
export const teamsForms: ClaimForms = [
  ["aud", isText],
  ["exp", isTime],
  ["oid", optional(isText)],
  ["tid", optional(isText)],
  ["appid", optional(isText)],
  ["azp", optional(isText)],
  ["scp", optional(isText)],
];

/** The claims of a JWT, or undefined where the token is not one that anybody but its resource can read. */
function decode(teamsToken: string): unknown {
  try {
    return decodeJwt(teamsToken);
  } catch {
    return undefined;
  }
}

/**
 * Judges whether a Teams token belongs to the caller.
 *
 * @param teamsToken as sent; at most 8 KB
 * @param nowSeconds the time, in seconds since 1970
 * @param readClaims reads the claims, or gives undefined where nobody but its resource can; by default in a way that runs
 * anywhere
 */
export function checkTeamsToken(
  teamsToken: string,
  caller: Caller,
  nowSeconds: number,
  readClaims: (teamsToken: string) => unknown = decode,
): Result<TeamsTokenMatch, TeamsTokenRefusal> {
  if (teamsToken.length > maxTokenBytes || !tokenForm.test(teamsToken)) return refuse("malformed");
  const claims = readClaims(teamsToken);
  if (claims === undefined) return accept("opaque");
  if (malformedClaim(claims, teamsForms) !== undefined) return refuse("malformed");
  const { aud, exp, oid, tid, appid, azp, scp } = claims as TeamsClaims;

  if (!teamsAudiences.includes(aud)) return refuse("wrong-audience");
  if (exp <= nowSeconds) return refuse("expired");
  if (exp < nowSeconds + minLifeSeconds) return refuse("expiring");
  if (tid?.toLowerCase() !== caller.tenantId) return refuse("other-tenant");
  if (oid?.toLowerCase() !== caller.objectId) return refuse("other-user");
  // v1 tokens say appid, v2 tokens azp. A token with both must mean the caller's client in both.
  const clients = [appid, azp].filter((client) => client !== undefined).map((client) => client.toLowerCase());
  if (clients.length === 0 || clients.some((client) => client !== caller.clientId)) return refuse("other-client");
  const scopes = scp?.split(" ");
  if (!teamsScopes.every((scope) => scopes?.includes(scope))) return refuse("scope-missing");
  return accept("matched");
}

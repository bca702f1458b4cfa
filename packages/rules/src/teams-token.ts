// The rules that bind a Teams token to its caller, as pure functions. The token is meant for another resource: its signature is
// not ours to verify, and Microsoft may make it unreadable at any time. ACS has the last word. What can be read is compared
// early, so that a mismatch costs no quota and gets a clear answer.
import type { Caller } from "./caller.ts";
import { type ClaimForms, type ClaimsOf, isText, isTime, malformedClaim, optional } from "./claim-forms.ts";
import { type Result, type Rule, refusalsOf, refuse } from "./rule.ts";
import { publicTeamsResource, teamsAppId } from "./teams-resource.ts";
import { decodeClaims, maxTeamsTokenBytes, tokenForm } from "./token-form.ts";

/** `matched`: every claim was compared with the caller. `opaque`: no claim could be read, so ACS decides. */
export type TeamsTokenMatch = "matched" | "opaque";

/** Both delegated permissions that an exchange needs. */
export const teamsScopes: readonly string[] = ["Teams.ManageCalls", "Teams.ManageChats"];

/** The Calling SDK renews this long before the expiry; a token with less would be renewed without pause. */
const minLifeSeconds = 600;

/** What each claim that the rules read must look like, if the token can be read at all. */
const forms = {
  aud: isText,
  exp: isTime,
  oid: optional(isText),
  tid: optional(isText),
  appid: optional(isText),
  azp: optional(isText),
  scp: optional(isText),
};
type TeamsClaims = ClaimsOf<typeof forms>;
/** The same as a list, for {@link malformedClaim}. */
export const teamsForms: ClaimForms = Object.entries(forms);

/** What every rule receives. */
interface RuleInput {
  claims: TeamsClaims;
  caller: Caller;
  nowSeconds: number;
  audiences: readonly string[];
}

const isSameId = (claim: string | undefined, id: string) => claim?.toLowerCase() === id;

const hasTeamsScopes = (granted: readonly string[] = []) => teamsScopes.every((scope) => granted.includes(scope));

/** v1 tokens name the client in appid, v2 tokens in azp. A token with both must mean the caller's client in both. */
function isOfClient({ appid, azp }: TeamsClaims, clientId: string): boolean {
  if (appid === undefined && azp === undefined) return false;
  return (appid ?? clientId).toLowerCase() === clientId && (azp ?? clientId).toLowerCase() === clientId;
}

/** In order; the first rule that does not hold is the reason. */
const ruleTable = [
  ["wrong-audience", "aud", "teams-token-wrong-audience", ({ claims, audiences }) => audiences.includes(claims.aud)],
  ["expired", "exp", "teams-token-expired", ({ claims, nowSeconds }) => claims.exp > nowSeconds],
  ["expiring", "exp", "teams-token-expiring", ({ claims, nowSeconds }) => claims.exp >= nowSeconds + minLifeSeconds],
  ["other-tenant", "tid", "teams-token-other-tenant", ({ claims, caller }) => isSameId(claims.tid, caller.tenantId)],
  ["other-user", "oid", "teams-token-other-user", ({ claims, caller }) => isSameId(claims.oid, caller.objectId)],
  [
    "other-client",
    "azp (v2) or appid (v1)",
    "teams-token-other-client",
    ({ claims, caller }) => isOfClient(claims, caller.clientId),
  ],
  ["scope-missing", "scp", "teams-token-scope-missing", ({ claims }) => hasTeamsScopes(claims.scp?.split(" "))],
] as const satisfies readonly Rule<RuleInput>[];

/** Why a Teams token is refused before ACS is asked. */
export type TeamsTokenRefusal = "malformed" | (typeof ruleTable)[number][0];

/** For each reason, the problem that the caller sees and the claim that fails. */
export const teamsTokenRefusals = refusalsOf<TeamsTokenRefusal>([
  ["malformed", "(form: size or characters)", "teams-token-malformed"],
  ...ruleTable,
]);

/**
 * Checks whether a Teams token belongs to the caller.
 *
 * @param teamsToken the token as sent; refused above 8 KB
 * @param nowSeconds the current time, in seconds since 1970
 * @param readClaims reads the claims, or returns undefined if only the token's resource can; runs everywhere by default
 * @param teamsResource what `teamsResourceOf` gives for the authority; the public cloud's by default
 * @returns how far the token could be checked, or the first reason to refuse it
 * @example
 * const checked = checkTeamsToken(teamsToken, caller, Date.now() / 1000);
 * if (!checked.ok) console.log(teamsTokenRefusals[checked.reason].problem);
 */
export function checkTeamsToken(
  teamsToken: string,
  caller: Caller,
  nowSeconds: number,
  readClaims: (teamsToken: string) => unknown = decodeClaims,
  teamsResource = publicTeamsResource,
): Result<TeamsTokenMatch, TeamsTokenRefusal> {
  if (teamsToken.length > maxTeamsTokenBytes || !tokenForm.test(teamsToken)) return refuse("malformed");
  const claims = readClaims(teamsToken);
  if (claims === undefined) return { ok: true, value: "opaque" };
  if (malformedClaim(claims, teamsForms) !== undefined) return refuse("malformed");
  const input = { claims: claims as TeamsClaims, caller, nowSeconds, audiences: [teamsResource, teamsAppId] };
  const broken = ruleTable.find((rule) => !rule[3](input));
  return broken ? refuse(broken[0]) : { ok: true, value: "matched" };
}

// Whether the server would accept a token, by the server's own rules, and which field of the token is the reason. The order is
// the server's: size, form and header first, then the claims.
import { isCanonicalBase64url } from "../base64url.ts";
import type { Caller, CallerTokenRules } from "../caller.ts";
import { type CallerRefusal, callerForms, callerRefusals, checkCallerToken } from "../caller-token.ts";
import { type ClaimForms, malformedClaim } from "../claim-forms.ts";
import type { ProblemName } from "../problems.ts";
import { teamsResourceOf } from "../teams-resource.ts";
import {
  checkTeamsToken,
  type TeamsTokenMatch,
  type TeamsTokenRefusal,
  teamsForms,
  teamsTokenRefusals,
} from "../teams-token.ts";
import { decodeClaims, jwsRefusals, maxCallerTokenBytes, readJws } from "../token-form.ts";

/** The claims of a token, unverified; undefined if only its resource can read it. */
export type Claims = Readonly<Record<string, unknown>> | undefined;

/** Accepted, or the problem that the server would answer with and the field that causes it. */
export type Judgement<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: ProblemName; readonly field: string };

/** The field that makes a text unacceptable before any claim is read; undefined if its form is right. */
function brokenForm(token: string): string | undefined {
  const unsigned = /^[\w-]+\.[\w-]+\.$/.test(token);
  const read = readJws(unsigned ? `${token}A` : token);
  if (!read.ok) return jwsRefusals[read.reason];
  if (unsigned || !isCanonicalBase64url(read.value.signature)) return "(signature: missing or not canonical)";
  return undefined;
}

/** The name of a claim that the rules know. A name out of a token is never repeated. */
const malformed = (claims: unknown, forms: ClaimForms): string =>
  malformedClaim(claims, forms) || "(claims: not an object)";

function callerField(reason: CallerRefusal, claims: Claims): string {
  if (reason === "claims-malformed") return malformed(claims, callerForms);
  if (reason === "client-not-allowed") return claims?.["ver"] === "2.0" ? "azp" : "appid";
  return callerRefusals[reason].field;
}

/** Judges a caller token. The signature is not verified, because that takes the authority's keys. */
export function judgeCallerToken(
  token: string,
  claims: Claims,
  rules: CallerTokenRules,
  nowSeconds: number,
): Judgement<Caller> {
  if (token.length > maxCallerTokenBytes) {
    return { ok: false, problem: "headers-too-large", field: "groups (size: over 16 KB)" };
  }
  const field = brokenForm(token);
  if (field !== undefined) return { ok: false, problem: "caller-token-invalid", field };
  const checked = checkCallerToken(claims, undefined, rules, nowSeconds);
  if (checked.ok) return checked;
  return { ok: false, problem: callerRefusals[checked.reason].problem, field: callerField(checked.reason, claims) };
}

function teamsField(reason: TeamsTokenRefusal, claims: Claims): string {
  if (reason === "malformed" && claims) return malformed(claims, teamsForms);
  if (reason === "other-client") return claims?.["azp"] === undefined ? "appid" : "azp";
  return teamsTokenRefusals[reason].field;
}

/** Judges a Teams token against the caller that sends it. */
export function judgeTeamsToken(
  token: string,
  claims: Claims,
  caller: Caller,
  authority: string,
  nowSeconds: number,
): Judgement<TeamsTokenMatch> {
  const checked = checkTeamsToken(token, caller, nowSeconds, decodeClaims, teamsResourceOf(authority));
  if (checked.ok) return checked;
  return { ok: false, problem: teamsTokenRefusals[checked.reason].problem, field: teamsField(checked.reason, claims) };
}

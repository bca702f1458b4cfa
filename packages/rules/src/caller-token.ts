// The rules for the caller token, as pure functions of its claims. The signature is verified before. The rules decide whether
// a genuine token of the authority was meant for this API, this tenant and this moment.
import type { Caller, CallerTokenRules } from "./caller.ts";
import type { ClaimForms, ClaimsOf } from "./claim-forms.ts";
import { isGuid, isText, isTextList, isTextOrList, isTime, malformedClaim, optional } from "./claim-forms.ts";
import { issuersOf } from "./issuers.ts";
import { type Result, type Rule, refusalsOf, refuse } from "./rule.ts";

/** The delegated scope that the API's registration exposes. */
export const apiScope = "access_as_user";

/** The clocks of issuer and server may differ by this much. */
const clockSkewSeconds = 60;

/** What each claim that the rules read must look like. */
const forms = {
  ver: (value: unknown): value is "1.0" | "2.0" => value === "1.0" || value === "2.0",
  iss: isText,
  aud: isText,
  exp: isTime,
  nbf: optional(isTime),
  oid: isGuid,
  tid: isGuid,
  appid: optional(isGuid),
  azp: optional(isGuid),
  scp: optional(isText),
  idtyp: optional(isText),
  roles: optional(isTextList),
  acrs: optional(isTextOrList),
  xms_cc: optional(isTextOrList),
};
/** The same as a list, for {@link malformedClaim}. */
export const callerForms: ClaimForms = Object.entries(forms);

const wordsOf = (given: string | readonly string[] = []): readonly string[] =>
  typeof given === "string" ? [given] : given;

/** The claims in one spelling: IDs in lower case, lists as lists, and the client under one name. */
function normalizeClaims(claims: ClaimsOf<typeof forms>) {
  const { ver, appid, azp } = claims;
  return {
    ver,
    iss: claims.iss,
    aud: claims.aud,
    exp: claims.exp,
    nbf: claims.nbf ?? 0,
    oid: claims.oid.toLowerCase(),
    tid: claims.tid.toLowerCase(),
    client: (ver === "2.0" ? azp : appid)?.toLowerCase() ?? "",
    scopes: (claims.scp ?? "").split(" "),
    idtyp: claims.idtyp,
    roles: claims.roles ?? [],
    acrs: wordsOf(claims.acrs),
    capabilities: wordsOf(claims.xms_cc),
  };
}

/** What every rule receives. */
interface RuleInput {
  claims: ReturnType<typeof normalizeClaims>;
  keyIssuer: string | undefined;
  rules: CallerTokenRules;
  nowSeconds: number;
}

const issuerOf = ({ ver, tid }: RuleInput["claims"], { authority }: CallerTokenRules) =>
  issuersOf(authority, tid)[ver === "2.0" ? "v2" : "v1"];

const hasAuthContexts = ({ acrs }: RuleInput["claims"], { requiredAuthContexts }: CallerTokenRules) =>
  requiredAuthContexts.every((context) => acrs.includes(context));

/** Failures of authentication share one problem, so that an attacker does not learn which check to work on next. */
const invalid = "caller-token-invalid";

/** In order; the first rule that does not hold is the reason. */
const ruleTable = [
  // Version, issuer form and audience form belong together: no authority issues a v2 token with a v1 issuer.
  ["issuer-wrong", "iss", invalid, ({ claims, rules }) => claims.iss === issuerOf(claims, rules)],
  // The chain key → iss → tid: a key that Entra marks for one tenant must not sign for another. Keys carry the v2 form of
  // the issuer for v1 tokens too.
  [
    "key-issuer-wrong",
    "kid (header)",
    invalid,
    ({ claims, keyIssuer, rules }) =>
      keyIssuer === undefined ||
      keyIssuer.replace("{tenantid}", claims.tid) === issuersOf(rules.authority, claims.tid).v2,
  ],
  ["tenant-wrong", "tid", invalid, ({ claims, rules }) => claims.tid === rules.tenantId || rules.standing === "other"],
  [
    "audience-wrong",
    "aud",
    invalid,
    ({ claims: { aud, ver }, rules: { apiClientId, apiAudiences = [] } }) =>
      aud === apiClientId || (ver === "1.0" && [`api://${apiClientId}`, ...apiAudiences].includes(aud)),
  ],
  ["expired", "exp", invalid, ({ claims, nowSeconds }) => claims.exp > nowSeconds - clockSkewSeconds],
  ["not-yet-valid", "nbf", invalid, ({ claims, nowSeconds }) => claims.nbf <= nowSeconds + clockSkewSeconds],
  // Only a genuine token for this API learns whether its tenant is listed.
  ["tenant-not-listed", "tid", "tenant-not-listed", ({ rules }) => rules.standing !== "other"],
  ["tenant-suspended", "tid", "tenant-suspended", ({ rules }) => rules.standing !== "suspended"],
  // An app-only token has no user to exchange for, even if it holds roles.
  ["app-only", "idtyp", "scope-missing", ({ claims }) => claims.idtyp !== "app"],
  ["scope-missing", "scp", "scope-missing", ({ claims }) => claims.scopes.includes(apiScope)],
  [
    "client-not-allowed",
    "azp (v2) or appid (v1)",
    "client-not-allowed",
    ({ claims, rules }) => rules.clientIds.includes(claims.client),
  ],
  // Only a client that declares it understands claims challenges may receive one; any other client would loop. The
  // documentation writes cp1, MSAL and the tokens CP1.
  [
    "auth-context-missing-without-cp1",
    "acrs, xms_cc",
    "claims-challenge-not-understood",
    ({ claims, rules }) =>
      hasAuthContexts(claims, rules) || claims.capabilities.some((word) => word.toLowerCase() === "cp1"),
  ],
  ["auth-context-missing", "acrs", "insufficient-claims", ({ claims, rules }) => hasAuthContexts(claims, rules)],
] as const satisfies readonly Rule<RuleInput>[];

/** Why a genuine token of the authority is refused. */
export type CallerRefusal = "claims-malformed" | (typeof ruleTable)[number][0];

/** For each reason, the problem that the caller sees and the claim that fails. */
export const callerRefusals = refusalsOf<CallerRefusal>([["claims-malformed", "(claims)", invalid], ...ruleTable]);

/**
 * Checks the claims of a caller token whose signature has been verified.
 *
 * @param claims the decoded payload, of any shape
 * @param keyIssuer the `issuer` that the key set gives for the signing key; Entra marks every key with one
 * @param nowSeconds the current time, in seconds since 1970
 * @returns the caller, or the first reason to refuse the token
 * @example
 * const checked = checkCallerToken(claims, undefined, rules, Date.now() / 1000);
 * if (!checked.ok) console.log(callerRefusals[checked.reason].problem);
 */
export function checkCallerToken(
  claims: unknown,
  keyIssuer: string | undefined,
  rules: CallerTokenRules,
  nowSeconds: number,
): Result<Caller, CallerRefusal> {
  if (malformedClaim(claims, callerForms) !== undefined) return refuse("claims-malformed");
  const normalized = normalizeClaims(claims as ClaimsOf<typeof forms>);
  const input = { claims: normalized, keyIssuer, rules, nowSeconds };
  const broken = ruleTable.find((rule) => !rule[3](input));
  if (broken) return refuse(broken[0]);
  const { oid, tid, client, roles } = normalized;
  return { ok: true, value: { objectId: oid, tenantId: tid, clientId: client, roles } };
}

// The rules for the caller's token, as pure functions of its claims. The signature is checked by authenticate.ts before;
// what the rules decide is whether this genuine token of the authority was meant for this API, tenant and moment.

import { type ClaimForms, isGuid, isText, isTextList, isTime, malformedClaim, optional } from "./claim-forms.ts";
import { issuersOf } from "./issuers.ts";
import { accept, type Result, refuse } from "./result.ts";

/** Who calls: a user of the tenant, through an allowed client application. All ids are lower-case GUIDs. */
export interface Caller {
  readonly objectId: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** App roles that an administrator assigned to the user; mostly none. */
  readonly roles: readonly string[];
}

/** What the configuration fixes about acceptable tokens. */
export interface CallerTokenRules {
  readonly authority: string;
  readonly tenantId: string;
  readonly apiClientId: string;
  readonly clientIds: readonly string[];
  /** Authentication contexts (`c1` …) that conditional access must have granted; none by default. */
  readonly requiredAuthContexts: readonly string[];
}

export type CallerRefusal =
  | "claims-malformed"
  | "issuer-wrong"
  | "key-issuer-wrong"
  | "tenant-wrong"
  | "audience-wrong"
  | "expired"
  | "not-yet-valid"
  | "app-only"
  | "scope-missing"
  | "client-not-allowed"
  | "auth-context-missing"
  | "auth-context-missing-without-cp1";

/** The delegated scope that the API's registration exposes. */
export const apiScope = "access_as_user";

/** Clocks of issuer and server may differ by this much. */
const clockSkewSeconds = 60;

/** The claims that the rules read, in the forms of {@link callerForms}; everything else in a token is ignored. */
interface CallerClaims {
  readonly ver: "1.0" | "2.0";
  readonly iss: string;
  readonly aud: string;
  readonly exp: number;
  readonly nbf?: number;
  readonly oid: string;
  readonly tid: string;
  readonly appid?: string;
  readonly azp?: string;
  readonly scp?: string;
  readonly idtyp?: string;
  readonly roles?: readonly string[];
  /** Entra writes these as a list; older tokens hold a single word. */
  readonly acrs?: string | readonly string[];
  readonly xms_cc?: string | readonly string[];
}

const isOneOrMore = (value: unknown) => isText(value) || isTextList(value);

/** What each of these claims must look like. */
export const callerForms: ClaimForms = [
  ["ver", (value) => value === "1.0" || value === "2.0"],
  ["iss", isText],
  ["aud", isText],
  ["exp", isTime],
  ["nbf", optional(isTime)],
  ["oid", isGuid],
  ["tid", isGuid],
  ["appid", optional(isGuid)],
  ["azp", optional(isGuid)],
  ["scp", optional(isText)],
  ["idtyp", optional(isText)],
  ["roles", optional(isTextList)],
  ["acrs", optional(isOneOrMore)],
  ["xms_cc", optional(isOneOrMore)],
];

const wordsOf = (given: string | readonly string[] = []): readonly string[] =>
  typeof given === "string" ? [given] : given;

/** The claims in one spelling: ids in lower case, lists as lists, and the client under one name. */
function readClaims(claims: CallerClaims) {
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

/** What every rule is given. */
interface Judged {
  claims: ReturnType<typeof readClaims>;
  keyIssuer: string | undefined;
  rules: CallerTokenRules;
  nowSeconds: number;
}

const issuerOf = ({ ver, tid }: Judged["claims"], { authority }: CallerTokenRules) =>
  issuersOf(authority, tid)[ver === "2.0" ? "v2" : "v1"];

const hasAuthContexts = ({ acrs }: Judged["claims"], { requiredAuthContexts }: CallerTokenRules) =>
  requiredAuthContexts.every((context) => acrs.includes(context));

/** In order; the first that does not hold is the reason. */
const ruleTable: readonly [reason: CallerRefusal, holds: (judged: Judged) => boolean][] = [
  // Version, issuer form and audience form belong together: a v1 issuer on a v2 token is nobody's token.
  ["issuer-wrong", ({ claims, rules }) => claims.iss === issuerOf(claims, rules)],
  // The chain key → iss → tid: a key that Entra marks for one tenant must not sign for another. Keys carry the v2 form of
  // the issuer for v1 tokens as well.
  [
    "key-issuer-wrong",
    ({ claims, keyIssuer, rules }) =>
      keyIssuer === undefined ||
      keyIssuer.replace("{tenantid}", claims.tid) === issuersOf(rules.authority, claims.tid).v2,
  ],
  ["tenant-wrong", ({ claims, rules }) => claims.tid === rules.tenantId],
  [
    "audience-wrong",
    ({ claims: { aud, ver }, rules: { apiClientId } }) =>
      aud === apiClientId || (ver === "1.0" && aud === `api://${apiClientId}`),
  ],
  ["expired", ({ claims, nowSeconds }) => claims.exp > nowSeconds - clockSkewSeconds],
  ["not-yet-valid", ({ claims, nowSeconds }) => claims.nbf <= nowSeconds + clockSkewSeconds],
  // An app-only token has no user to exchange for, whatever roles it holds.
  ["app-only", ({ claims }) => claims.idtyp !== "app"],
  ["scope-missing", ({ claims }) => claims.scopes.includes(apiScope)],
  ["client-not-allowed", ({ claims, rules }) => rules.clientIds.includes(claims.client)],
  // Only a client that says that it understands claims challenges may be sent one; any other would loop. The
  // documentation writes cp1, MSAL and the tokens CP1.
  [
    "auth-context-missing-without-cp1",
    ({ claims, rules }) =>
      hasAuthContexts(claims, rules) || claims.capabilities.some((word) => word.toLowerCase() === "cp1"),
  ],
  ["auth-context-missing", ({ claims, rules }) => hasAuthContexts(claims, rules)],
];

/**
 * Judges the claims of a caller's token whose signature holds.
 *
 * @param claims the decoded payload, of any shape
 * @param keyIssuer the `issuer` that the key set gives for the signing key; Entra marks every key with one
 * @param nowSeconds the time, in seconds since 1970
 */
export function checkCallerToken(
  claims: unknown,
  keyIssuer: string | undefined,
  rules: CallerTokenRules,
  nowSeconds: number,
): Result<Caller, CallerRefusal> {
  if (malformedClaim(claims, callerForms) !== undefined) return refuse("claims-malformed");
  const read = readClaims(claims as CallerClaims);
  const judged = { claims: read, keyIssuer, rules, nowSeconds };
  const broken = ruleTable.find(([, holds]) => !holds(judged));
  if (broken) return refuse(broken[0]);
  const { oid, tid, client, roles } = read;
  return accept({ objectId: oid, tenantId: tid, clientId: client, roles });
}

// The rules for the caller's token, as pure functions of its claims. The signature is checked by authenticate.ts before;
// what the rules decide is whether this genuine token of the authority was meant for this API, tenant and moment.
import { z } from "zod";
import { accept, type Result, refuse } from "../result.ts";
import { issuersOf } from "./issuers.ts";

/** Who calls: a user of the tenant, through an allowed client application. All ids are lower-case GUIDs. */
export interface Caller {
  readonly objectId: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** App roles that an administrator assigned to the user; mostly none. */
  readonly roles: readonly string[];
}

/** What the configuration fixes about acceptable tokens. */
export interface AccessTokenRules {
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

const guid = z.guid().toLowerCase();
/** Entra writes these as a list; older tokens hold a single word. */
const oneOrMore = z
  .union([z.string(), z.array(z.string())])
  .default([])
  .transform((given) => [given].flat());
/** The claims that the rules read; everything else in a token is ignored. */
export const callerClaims = z.object({
  ver: z.enum(["1.0", "2.0"]),
  iss: z.string(),
  aud: z.string(),
  exp: z.number().finite(),
  nbf: z.number().finite().optional(),
  oid: guid,
  tid: guid,
  appid: guid.optional(),
  azp: guid.optional(),
  scp: z.string().default(""),
  idtyp: z.string().optional(),
  roles: z.array(z.string()).default([]),
  acrs: oneOrMore,
  xms_cc: oneOrMore,
});

/** What every rule is given. */
interface Judged {
  claims: z.infer<typeof callerClaims>;
  keyIssuer: string | undefined;
  rules: AccessTokenRules;
  nowSeconds: number;
}

const clientOf = ({ ver, appid, azp }: Judged["claims"]) => (ver === "2.0" ? azp : appid);
const issuerOf = ({ ver, tid }: Judged["claims"], { authority }: AccessTokenRules) =>
  issuersOf(authority, tid)[ver === "2.0" ? "v2" : "v1"];

const hasAuthContexts = ({ acrs }: Judged["claims"], { requiredAuthContexts }: AccessTokenRules) =>
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
  ["not-yet-valid", ({ claims, nowSeconds }) => (claims.nbf ?? 0) <= nowSeconds + clockSkewSeconds],
  // An app-only token has no user to exchange for, whatever roles it holds.
  ["app-only", ({ claims }) => claims.idtyp !== "app"],
  ["scope-missing", ({ claims }) => claims.scp.split(" ").includes(apiScope)],
  ["client-not-allowed", ({ claims, rules }) => rules.clientIds.includes(clientOf(claims) ?? "")],
  // Only a client that says that it understands claims challenges may be sent one; any other would loop. The
  // documentation writes cp1, MSAL and the tokens CP1.
  [
    "auth-context-missing-without-cp1",
    ({ claims, rules }) => hasAuthContexts(claims, rules) || claims.xms_cc.some((word) => word.toLowerCase() === "cp1"),
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
export function checkAccessToken(
  claims: unknown,
  keyIssuer: string | undefined,
  rules: AccessTokenRules,
  nowSeconds: number,
): Result<Caller, CallerRefusal> {
  const parsed = callerClaims.safeParse(claims);
  if (!parsed.success) return refuse("claims-malformed");
  const judged = { claims: parsed.data, keyIssuer, rules, nowSeconds };
  const broken = ruleTable.find(([, holds]) => !holds(judged));
  if (broken) return refuse(broken[0]);
  const { oid, tid, roles } = parsed.data;
  return accept({ objectId: oid, tenantId: tid, clientId: clientOf(parsed.data) ?? "", roles });
}

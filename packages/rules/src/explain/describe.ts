// What a token is: whose, for which resource, of which version, and how long it lives.
import type { CallerTokenRules } from "../caller.ts";
import { teamsAudiences } from "../teams-resource.ts";
import type { Claims } from "./judge.ts";
import { showAudience, showId, showIssuer, showScopes, showTime } from "./redact.ts";

/** The kinds of token that people paste when something does not work. */
export type TokenKind =
  | "api-token"
  | "teams-token"
  | "acs-token"
  | "id-token"
  | "graph-token"
  | "other-access-token"
  | "opaque";

/** The kind as text, with the mistake that usually causes it. */
export const kindInWords: Readonly<Record<TokenKind, string>> = {
  "api-token": "an access token for this server's API",
  "teams-token": "a Teams token: an access token for Teams through Azure Communication Services",
  "acs-token": "an access token of Azure Communication Services: this server returns it, but does not accept it",
  "id-token": "an ID token: it tells the client who signed in, and gives no access",
  "graph-token": "an access token for Microsoft Graph",
  "other-access-token": "an access token for another resource",
  opaque: "a token that only its resource can read, or not a token",
};

/** One line of a description. */
export interface Fact {
  readonly label: string;
  readonly value: string;
}

const graphAudiences = [
  "https://graph.microsoft.com",
  "https://graph.microsoft.com/",
  "00000003-0000-0000-c000-000000000000",
];

/** Only an ID token has the client as its audience and names no other client. */
function isIdToken({ aud, nonce, scp, azp, appid }: NonNullable<Claims>, clientIds: readonly string[]): boolean {
  const namesClient = [scp, azp, appid].some((claim) => claim !== undefined);
  return !namesClient && (nonce !== undefined || clientIds.includes(String(aud)));
}

/** Recognizes a token by its audience, and an ID token by claims that only ID tokens have. */
export function kindOf(claims: Claims, rules: Partial<CallerTokenRules>): TokenKind {
  if (claims === undefined) return "opaque";
  const audience = String(claims["aud"]);
  if (claims["skypeid"] !== undefined || claims["acsScope"] !== undefined) return "acs-token";
  if (teamsAudiences.includes(audience)) return "teams-token";
  if (graphAudiences.includes(audience)) return "graph-token";
  if (isIdToken(claims, rules.clientIds ?? [])) return "id-token";
  const { apiClientId, apiAudiences = [] } = rules;
  const isForApi =
    apiClientId === undefined || [apiClientId, `api://${apiClientId}`, ...apiAudiences].includes(audience);
  return isForApi ? "api-token" : "other-access-token";
}

const versionOf = ({ ver }: NonNullable<Claims>) =>
  ver === "1.0" ? "v1" : ver === "2.0" ? "v2" : "missing or unknown";

function bearerOf({ idtyp, oid }: NonNullable<Claims>): string {
  if (idtyp === "app") return "an application without a user";
  return oid === undefined ? "no user (oid is missing)" : `the user ${showId(oid)}`;
}

function lifeOf({ exp }: NonNullable<Claims>, nowSeconds: number): string {
  if (typeof exp !== "number" || !Number.isFinite(exp)) return showTime(exp);
  const minutes = Math.floor(Math.abs(exp - nowSeconds) / 60);
  const days = Math.floor(minutes / (24 * 60));
  const distance = days > 365 ? "more than a year" : days > 1 ? `${days} days` : `${minutes} min`;
  return `${showTime(exp)} (${exp > nowSeconds ? `in ${distance}` : `${distance} ago`})`;
}

/** The facts, the most useful first. */
export function factsOf(claims: NonNullable<Claims>, authority: string, nowSeconds: number): Fact[] {
  const { iss, aud, tid, azp, appid, scp, iat, nbf } = claims;
  return [
    { label: "For", value: showAudience(aud) },
    { label: "Issuer", value: showIssuer(iss, authority) },
    { label: "Form", value: versionOf(claims) },
    { label: "Bearer", value: bearerOf(claims) },
    { label: "Tenant", value: showId(tid) },
    { label: "Client", value: showId(azp ?? appid) },
    { label: "Permissions", value: showScopes(scp) },
    { label: "Issued", value: showTime(iat ?? nbf) },
    { label: "Ends", value: lifeOf(claims, nowSeconds) },
  ];
}

// What a token is: whose, for whom, of which form, for how long. Says nothing about whether anybody takes it.
import { type CallerTokenRules, teamsAudiences } from "../index.ts";
import type { DecodedToken } from "./decode.ts";
import { showAudience, showId, showIssuer, showScopes, showTime } from "./redact.ts";

/** The kinds that people have at hand when this goes wrong. */
export type TokenKind =
  | "api-token"
  | "teams-token"
  | "acs-token"
  | "id-token"
  | "graph-token"
  | "other-access-token"
  | "opaque";

/** In words, with the mistake that it usually stands for. */
export const kindInWords: Readonly<Record<TokenKind, string>> = {
  "api-token": "an access token for this server's API",
  "teams-token": "a Teams token: an access token for Teams through Azure Communication Services",
  "acs-token": "an access token of Azure Communication Services: what this server answers with, not what it takes",
  "id-token": "an ID token: it tells the client who signed in, and opens nothing",
  "graph-token": "an access token for Microsoft Graph",
  "other-access-token": "an access token for another resource",
  opaque: "a token that only its resource can read, or no token at all",
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

/** Only ID tokens name no client that asked for them, and are for the client itself. */
function isIdToken({ aud, nonce, scp, azp, appid }: DecodedToken["claims"], clientIds: readonly string[]): boolean {
  const namesClient = [scp, azp, appid].some((claim) => claim !== undefined);
  return !namesClient && (nonce !== undefined || clientIds.includes(String(aud)));
}

/** Tells by the audience; an ID token by what only ID tokens have. */
export function kindOf(decoded: DecodedToken | undefined, rules: Partial<CallerTokenRules>): TokenKind {
  if (decoded === undefined) return "opaque";
  const { claims } = decoded;
  const audience = String(claims["aud"]);
  if (claims["skypeid"] !== undefined || claims["acsScope"] !== undefined) return "acs-token";
  if (teamsAudiences.includes(audience)) return "teams-token";
  if (graphAudiences.includes(audience)) return "graph-token";
  if (isIdToken(claims, rules.clientIds ?? [])) return "id-token";
  const { apiClientId } = rules;
  const isForApi = apiClientId === undefined || [apiClientId, `api://${apiClientId}`].includes(audience);
  return isForApi ? "api-token" : "other-access-token";
}

const versionOf = ({ ver }: DecodedToken["claims"]) =>
  ver === "1.0" ? "v1" : ver === "2.0" ? "v2" : "missing or unknown";

function bearerOf({ idtyp, oid }: DecodedToken["claims"]): string {
  if (idtyp === "app") return "an application without a user";
  return oid === undefined ? "nobody that could be named (no oid)" : `the user ${showId(oid)}`;
}

function lifeOf({ exp }: DecodedToken["claims"], nowSeconds: number): string {
  if (typeof exp !== "number" || !Number.isFinite(exp)) return showTime(exp);
  const minutes = Math.floor(Math.abs(exp - nowSeconds) / 60);
  const days = Math.floor(minutes / (24 * 60));
  const distance = days > 365 ? "more than a year" : days > 1 ? `${days} days` : `${minutes} min`;
  return `${showTime(exp)} (${exp > nowSeconds ? `in ${distance}` : `${distance} ago`})`;
}

/** The facts, in the order in which people ask for them. */
export function factsOf({ claims }: DecodedToken, authority: string, nowSeconds: number): Fact[] {
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

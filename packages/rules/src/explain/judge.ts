// Whether the server would take a token, by the server's own rules, and which field of the token is the reason. What the
// server does beyond its rules (form and header of the caller's token) is said here in the same order.

import { base64url } from "jose";
import {
  type Caller,
  type CallerRefusal,
  type CallerTokenRules,
  type ClaimForms,
  callerForms,
  checkCallerToken,
  checkTeamsToken,
  malformedClaim,
  type ProblemName,
  problemOfCallerRefusal,
  problemOfTeamsTokenRefusal,
  type TeamsTokenRefusal,
  teamsForms,
} from "../index.ts";
import type { DecodedToken } from "./decode.ts";

/** Taken, or the problem of the catalogue that the server would answer with and the field that it is about. */
export type Judgement<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problem: ProblemName; readonly field: string };

const refused = (problem: ProblemName, field: string) => ({ ok: false, problem, field }) as const;
const invalid = (field: string) => refused("caller-token-invalid", field);

const maxTokenBytes = 8 * 1024;

/** Form and header, as authenticate.ts and jose see them before anything is looked up. */
function brokenForm(token: string, decoded: DecodedToken | undefined): string | undefined {
  if (token.length > maxTokenBytes) return "(size: over 8 KB)";
  const parts = token.split(".");
  if (parts.length !== 3 || decoded === undefined) return "(form: not a signed JSON Web Token)";
  const { alg, crit, kid, b64 } = decoded.header;
  if (alg !== "RS256") return "alg (header)";
  if (crit !== undefined || b64 !== undefined) return "crit (header)";
  if (typeof kid !== "string") return "kid (header)";
  const [, , signature = ""] = parts;
  return signature !== "" && isCanonical(signature) ? undefined : "(signature: missing or not canonical)";
}

function isCanonical(signature: string): boolean {
  try {
    return base64url.encode(base64url.decode(signature)) === signature;
  } catch {
    return false;
  }
}

const fieldOfCallerRefusal: Readonly<
  Record<Exclude<CallerRefusal, "claims-malformed" | "client-not-allowed">, string>
> = {
  "issuer-wrong": "iss",
  "key-issuer-wrong": "kid (header)",
  "tenant-wrong": "tid",
  "audience-wrong": "aud",
  expired: "exp",
  "not-yet-valid": "nbf",
  "app-only": "idtyp",
  "scope-missing": "scp",
  "auth-context-missing": "acrs",
  "auth-context-missing-without-cp1": "acrs, xms_cc",
};

/** The name of a claim that the rules know; a name out of a token is never repeated. */
const malformed = (claims: unknown, forms: ClaimForms): string =>
  malformedClaim(claims, forms) || "(claims: not an object)";

function callerField(reason: CallerRefusal, { claims }: DecodedToken): string {
  if (reason === "claims-malformed") return malformed(claims, callerForms);
  if (reason === "client-not-allowed") return claims["ver"] === "2.0" ? "azp" : "appid";
  return fieldOfCallerRefusal[reason];
}

/** The caller's token. The signature itself is not checked: that takes the authority's keys. */
export function judgeCallerToken(
  token: string,
  decoded: DecodedToken | undefined,
  rules: CallerTokenRules,
  nowSeconds: number,
): Judgement<Caller> {
  const broken = brokenForm(token, decoded);
  if (broken !== undefined || decoded === undefined) return invalid(broken ?? "(form)");
  const judged = checkCallerToken(decoded.claims, undefined, rules, nowSeconds);
  if (judged.ok) return judged;
  return refused(problemOfCallerRefusal[judged.reason], callerField(judged.reason, decoded));
}

function teamsField(reason: TeamsTokenRefusal, decoded: DecodedToken | undefined): string {
  switch (reason) {
    case "malformed":
      return decoded ? malformed(decoded.claims, teamsForms) : "(form: size or characters)";
    case "wrong-audience":
      return "aud";
    case "expired":
    case "expiring":
      return "exp";
    case "other-tenant":
      return "tid";
    case "other-user":
      return "oid";
    case "other-client":
      return decoded?.claims["azp"] === undefined ? "appid" : "azp";
    case "scope-missing":
      return "scp";
  }
}

/** The Teams token, against the caller that sends it. */
export function judgeTeamsToken(
  token: string,
  decoded: DecodedToken | undefined,
  caller: Caller,
  nowSeconds: number,
): Judgement<"matched" | "opaque"> {
  const judged = checkTeamsToken(token, caller, nowSeconds);
  if (judged.ok) return judged;
  return refused(problemOfTeamsTokenRefusal[judged.reason], teamsField(judged.reason, decoded));
}

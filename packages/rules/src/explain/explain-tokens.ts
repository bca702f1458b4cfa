// Explains one or two tokens: what each is, whether this server would accept it and, if not, why. The same code runs in the
// CLI and in the page. No part of a token is in the result.
import type { Caller, CallerTokenRules } from "../caller.ts";
import { type ProblemName, problems } from "../problems.ts";
import { decodeClaims } from "../token-form.ts";
import { type Fact, factsOf, kindInWords, kindOf, type TokenKind } from "./describe.ts";
import { type Claims, type Judgement, judgeCallerToken, judgeTeamsToken } from "./judge.ts";
import { isGuid } from "./redact.ts";

export type { Fact } from "./describe.ts";
export { readTokens } from "./read-input.ts";
export { isGuid } from "./redact.ts";

/** What the server would answer, by those of its rules that can be applied here. */
export type Verdict =
  | { readonly taken: true; readonly note: string }
  | {
      readonly taken: false;
      readonly problem: ProblemName;
      /** The claim or header member that fails. */
      readonly field: string;
      readonly status: number;
      readonly title: string;
      readonly when: string;
      readonly remedy: string;
    };

/** One token, explained. */
export interface TokenExplanation {
  readonly kind: TokenKind;
  readonly kindInWords: string;
  readonly role: "caller's token" | "Teams token";
  readonly facts: readonly Fact[];
  readonly verdict: Verdict;
}

export interface Explanation {
  readonly tokens: readonly TokenExplanation[];
  /** What was assumed, because the settings are not known here. */
  readonly assumptions: readonly string[];
}

/** The server's settings that are known. */
export type KnownRules = Partial<CallerTokenRules>;

const microsoft = "https://login.microsoftonline.com";

interface Given {
  readonly token: string;
  readonly claims: Claims;
  readonly kind: TokenKind;
}

const lower = (value: unknown): string => (isGuid(value) ? value.toLowerCase() : "");

/** Fills unknown settings from the caller token itself, and notes each assumption. */
function completeRules(known: KnownRules, { claims }: Given): { rules: CallerTokenRules; assumptions: string[] } {
  const { tid, aud, azp, appid } = claims ?? {};
  const assumptions: string[] = [];
  function fill<Value>(value: Value | undefined, filled: Value, sentence: string): Value {
    if (value !== undefined) return value;
    assumptions.push(sentence);
    return filled;
  }
  const apiClientId = typeof aud === "string" ? lower(aud.replace(/^api:\/\//, "")) : "";
  const rules: CallerTokenRules = {
    authority: fill(known.authority, microsoft, "ENTRA_AUTHORITY is not known. Microsoft's cloud is assumed."),
    tenantId: fill(known.tenantId, lower(tid), "ENTRA_TENANT_ID is not known. The token's own tenant is assumed."),
    apiClientId: fill(
      known.apiClientId,
      apiClientId,
      "ENTRA_API_CLIENT_ID is not known. The token's own audience is assumed.",
    ),
    // The audience of a token may be any URI of the API's registration.
    apiAudiences: known.apiAudiences ?? (known.apiClientId === undefined && typeof aud === "string" ? [aud] : []),
    clientIds: fill(
      known.clientIds,
      [lower(azp ?? appid)],
      "ENTRA_CLIENT_IDS is not known. The token's own client is assumed to be allowed.",
    ),
    requiredAuthContexts: known.requiredAuthContexts ?? [],
  };
  return { rules, assumptions };
}

/** Without the caller token, the Teams token is compared with itself. */
function callerOfTeamsToken({ claims }: Given): Caller {
  const { oid, tid, azp, appid } = claims ?? {};
  return { objectId: lower(oid), tenantId: lower(tid), clientId: lower(azp ?? appid), roles: [] };
}

/** As much of a caller as its refused token shows, so that the Teams token can still be compared with it. */
function callerOfRefused({ claims }: Given): Caller {
  const { oid, tid, ver, azp, appid } = claims ?? {};
  return { objectId: lower(oid), tenantId: lower(tid), clientId: lower(ver === "2.0" ? azp : appid), roles: [] };
}

function verdictOf(judgement: Judgement<unknown>, note: string): Verdict {
  if (judgement.ok) return { taken: true, note };
  const { status, title, when, remedy } = problems[judgement.problem];
  return { taken: false, problem: judgement.problem, field: judgement.field, status, title, when, remedy };
}

/** Which token is which: the one for Teams is the Teams token, otherwise the order decides. */
function assignRoles(given: readonly Given[]): { callers: Given | undefined; teams: Given | undefined } {
  const [first, second] = given;
  if (second === undefined)
    return first?.kind === "teams-token" ? { callers: undefined, teams: first } : { callers: first, teams: undefined };
  const isSwapped = first?.kind === "teams-token" && second.kind !== "teams-token";
  return isSwapped ? { callers: second, teams: first } : { callers: first, teams: second };
}

/**
 * Explains one or two tokens.
 *
 * @param tokens one or two, in any order
 * @param known the server's settings that are known
 * @param nowSeconds the current time, in seconds since 1970
 * @example
 * const { tokens } = explainTokens([callerToken, teamsToken], { tenantId }, Date.now() / 1000);
 */
export function explainTokens(tokens: readonly string[], known: KnownRules, nowSeconds: number): Explanation {
  const given = tokens.map((token): Given => {
    const claims = decodeClaims(token);
    return { token, claims, kind: kindOf(claims, known) };
  });
  const { callers, teams } = assignRoles(given);
  const { rules, assumptions } = completeRules(
    known,
    callers ?? teams ?? { token: "", claims: undefined, kind: "opaque" },
  );
  const explained = ({ claims, kind }: Given, role: TokenExplanation["role"], verdict: Verdict): TokenExplanation => ({
    kind,
    kindInWords: kindInWords[kind],
    role,
    facts: claims ? factsOf(claims, rules.authority, nowSeconds) : [],
    verdict,
  });

  const judged = callers && judgeCallerToken(callers.token, callers.claims, rules, nowSeconds);
  const caller = judged?.ok ? judged.value : callers && callerOfRefused(callers);
  const result: TokenExplanation[] = [];
  if (callers && judged) {
    result.push(
      explained(
        callers,
        "caller's token",
        verdictOf(
          judged,
          "Every claim passes. The server also verifies the signature, which needs the authority's keys.",
        ),
      ),
    );
  }
  if (teams) {
    const subject = caller ?? callerOfTeamsToken(teams);
    const judgement = judgeTeamsToken(teams.token, teams.claims, subject, rules.authority, nowSeconds);
    const opaque = "It cannot be read here. Azure Communication Services is its judge.";
    const note =
      judgement.ok && judgement.value === "opaque"
        ? opaque
        : "Every readable claim passes. Azure Communication Services has the last word.";
    result.push(explained(teams, "Teams token", verdictOf(judgement, note)));
  }
  const withoutCaller =
    teams && !callers
      ? ["There is no caller token: user, tenant and client of the Teams token are assumed to be the caller's."]
      : [];
  return { tokens: result, assumptions: callers ? assumptions : withoutCaller };
}

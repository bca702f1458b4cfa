// Explains one or two tokens: what each is, whether this server would take it, and if not, why, in the words of the problem
// catalogue. Pure, and the same on the command line and in the page; no part of a token is in the result.
import { type Caller, type CallerTokenRules, catalogue, type ProblemName } from "../index.ts";
import { type DecodedToken, decodeToken } from "./decode.ts";
import { type Fact, factsOf, kindInWords, kindOf, type TokenKind } from "./describe.ts";
import { type Judgement, judgeCallerToken, judgeTeamsToken } from "./judge.ts";
import { isGuid } from "./redact.ts";

export type { Fact } from "./describe.ts";
export { readTokens } from "./read-input.ts";
export { isGuid } from "./redact.ts";

/** What the server would say, by the rules that can be applied here. */
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
  /** What was taken for granted, because it could not be known here. */
  readonly assumptions: readonly string[];
}

/** What is known of the server's settings; all of it, part of it, or nothing. */
export type KnownRules = Partial<CallerTokenRules>;

const microsoft = "https://login.microsoftonline.com";

interface Given {
  readonly token: string;
  readonly decoded: DecodedToken | undefined;
  readonly kind: TokenKind;
}

const lower = (value: unknown): string => (isGuid(value) ? value.toLowerCase() : "");

/** Fills the unknown settings from the caller's token itself, and says so. */
function completeRules(known: KnownRules, { decoded }: Given): { rules: CallerTokenRules; assumptions: string[] } {
  const { tid, aud, azp, appid } = decoded?.claims ?? {};
  const assumptions: string[] = [];
  function fill<Value>(value: Value | undefined, filled: Value, sentence: string): Value {
    if (value !== undefined) return value;
    assumptions.push(sentence);
    return filled;
  }
  const apiClientId = typeof aud === "string" ? lower(aud.replace(/^api:\/\//, "")) : "";
  const rules: CallerTokenRules = {
    authority: fill(known.authority, microsoft, "ENTRA_AUTHORITY is not known: Microsoft's cloud is assumed."),
    tenantId: fill(known.tenantId, lower(tid), "ENTRA_TENANT_ID is not known: the token's own tenant is assumed."),
    apiClientId: fill(
      known.apiClientId,
      apiClientId,
      "ENTRA_API_CLIENT_ID is not known: the token's own audience is assumed.",
    ),
    clientIds: fill(
      known.clientIds,
      [lower(azp ?? appid)],
      "ENTRA_CLIENT_IDS is not known: the token's own client is assumed to be allowed.",
    ),
    requiredAuthContexts: known.requiredAuthContexts ?? [],
  };
  return { rules, assumptions };
}

/** Without the caller's token, the Teams token can only be held against itself. */
function callerOfTeamsToken({ decoded }: Given): Caller {
  const { oid, tid, azp, appid } = decoded?.claims ?? {};
  return { objectId: lower(oid), tenantId: lower(tid), clientId: lower(azp ?? appid), roles: [] };
}

/** As much of a caller as its refused token shows, so that the Teams token can still be held against it. */
function callerOfRefused({ decoded }: Given): Caller {
  const { oid, tid, ver, azp, appid } = decoded?.claims ?? {};
  return { objectId: lower(oid), tenantId: lower(tid), clientId: lower(ver === "2.0" ? azp : appid), roles: [] };
}

function verdictOf(judgement: Judgement<unknown>, note: string): Verdict {
  if (judgement.ok) return { taken: true, note };
  const { status, title, when, remedy } = catalogue[judgement.problem];
  return { taken: false, problem: judgement.problem, field: judgement.field, status, title, when, remedy };
}

/** Which of two is which: the one for Teams is the Teams token, else they count in their order. */
function assignRoles(given: readonly Given[]): { callers: Given | undefined; teams: Given | undefined } {
  const [first, second] = given;
  if (second === undefined)
    return first?.kind === "teams-token" ? { callers: undefined, teams: first } : { callers: first, teams: undefined };
  const isSwapped = first?.kind === "teams-token" && second.kind !== "teams-token";
  return isSwapped ? { callers: second, teams: first } : { callers: first, teams: second };
}

/**
 * Explains the tokens.
 * @param tokens one or two, in any order
 * @param known the server's settings, as far as they are known
 * @param nowSeconds the time, in seconds since 1970
 */
export function explainTokens(tokens: readonly string[], known: KnownRules, nowSeconds: number): Explanation {
  const given = tokens.map((token): Given => {
    const decoded = decodeToken(token);
    return { token, decoded, kind: kindOf(decoded, known) };
  });
  const { callers, teams } = assignRoles(given);
  const { rules, assumptions } = completeRules(
    known,
    callers ?? teams ?? { token: "", decoded: undefined, kind: "opaque" },
  );
  const explained = ({ decoded, kind }: Given, role: TokenExplanation["role"], verdict: Verdict): TokenExplanation => ({
    ...{ kind, kindInWords: kindInWords[kind], role, verdict },
    facts: decoded ? factsOf(decoded, rules.authority, nowSeconds) : [],
  });

  const judged = callers && judgeCallerToken(callers.token, callers.decoded, rules, nowSeconds);
  const caller = judged?.ok ? judged.value : callers && callerOfRefused(callers);
  const result: TokenExplanation[] = [];
  if (callers && judged) {
    result.push(
      explained(
        callers,
        "caller's token",
        verdictOf(judged, "Every claim holds. The server also checks the signature, which takes the authority's keys."),
      ),
    );
  }
  if (teams) {
    const judgement = judgeTeamsToken(teams.token, teams.decoded, caller ?? callerOfTeamsToken(teams), nowSeconds);
    const opaque = "It cannot be read here; Azure Communication Services is its judge.";
    const note =
      judgement.ok && judgement.value === "opaque"
        ? opaque
        : "Every claim that can be read holds; Azure Communication Services has the last word.";
    result.push(explained(teams, "Teams token", verdictOf(judgement, note)));
  }
  const alone =
    teams && !callers
      ? ["The caller's token is not given: user, tenant and client of the Teams token are assumed to be the caller's."]
      : [];
  return { tokens: result, assumptions: callers ? assumptions : alone };
}

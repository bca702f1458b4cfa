// What a token exchange request of RFC 8693, section 2.1, says, as a pure function of its form. The caller is authenticated
// before, by the Authorization header like everywhere; so no parameter of the form identifies the caller.
import { accept, type Result, refuse } from "@teams-token-exchange/rules";

export const tokenExchangeGrant = "urn:ietf:params:oauth:grant-type:token-exchange";
export const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

export type TokenExchangeRefusal =
  | "parameter-repeated"
  | "grant-type-missing"
  | "grant-type-unsupported"
  | "subject-token-missing"
  | "subject-token-type-unsupported"
  | "requested-token-type-unsupported"
  | "actor-token-given"
  | "target-given"
  | "scope-given"
  | "client-id-differs";

/** Parameters without a value count as absent (RFC 6749, section 3.2). */
const given = (form: URLSearchParams, name: string) => form.get(name) || undefined;

interface Judged {
  readonly form: URLSearchParams;
  /** The client of the caller's validated token. */
  readonly clientId: string;
}

/** In order; the first that does not hold is the reason. Parameters that nobody defined are ignored (RFC 6749, section 3.2). */
const ruleTable: readonly [reason: TokenExchangeRefusal, holds: (judged: Judged) => boolean][] = [
  ["parameter-repeated", ({ form }) => new Set(form.keys()).size === [...form.keys()].length],
  ["grant-type-missing", ({ form }) => given(form, "grant_type") !== undefined],
  ["grant-type-unsupported", ({ form }) => given(form, "grant_type") === tokenExchangeGrant],
  ["client-id-differs", ({ form, clientId }) => (given(form, "client_id") ?? clientId).toLowerCase() === clientId],
  ["subject-token-missing", ({ form }) => given(form, "subject_token") !== undefined],
  ["subject-token-type-unsupported", ({ form }) => given(form, "subject_token_type") === accessTokenType],
  [
    "requested-token-type-unsupported",
    ({ form }) => (given(form, "requested_token_type") ?? accessTokenType) === accessTokenType,
  ],
  // The caller is the subject. No other party can act, and ACS's tokens cannot name one.
  ["actor-token-given", ({ form }) => !given(form, "actor_token") && !given(form, "actor_token_type")],
  // The token is for the one ACS resource of this server, with what Teams allows its user; neither can be chosen.
  ["target-given", ({ form }) => !given(form, "resource") && !given(form, "audience")],
  ["scope-given", ({ form }) => !given(form, "scope")],
];

/**
 * Reads the Teams token out of the form.
 *
 * @param form as sent; of any shape
 * @param clientId the client application of the caller's validated token, a lower-case GUID
 */
export function readTokenExchange(form: URLSearchParams, clientId: string): Result<string, TokenExchangeRefusal> {
  const broken = ruleTable.find(([, holds]) => !holds({ form, clientId }));
  return broken ? refuse(broken[0]) : accept(given(form, "subject_token") ?? "");
}

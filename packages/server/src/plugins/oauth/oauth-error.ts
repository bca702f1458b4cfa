// Problems as OAuth errors (RFC 6749, section 5.2), with the problem's own type as `error_uri`.
import { oauthErrorOf, type ProblemName, problems } from "@teams-token-exchange/rules";
import type { OauthError } from "@teams-token-exchange/rules/contract";

/** RFC 6749, section 5.2, allows only 400 and 401 for mistakes of the client. Failures of the server keep their status. */
const statusOf = (status: number) => (status === 403 ? 400 : status);

/** The status and the body of a problem at the token endpoint. */
export function oauthErrorResponse(name: ProblemName, type: string): { status: number; body: OauthError } {
  const { status, title, remedy } = problems[name];
  return {
    status: statusOf(status),
    body: {
      error: oauthErrorOf(name),
      error_description: `${title}. ${remedy}`.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'"),
      error_uri: type,
    },
  };
}

// Problems in the words of OAuth (RFC 6749, section 5.2): a closed list of codes that every client library knows, with the
// problem's own type as `error_uri`.

import { catalogue, type ProblemName } from "@teams-token-exchange/rules";
import type { OauthError } from "@teams-token-exchange/rules/contract";

/** Where the status of a problem does not say its code. */
const exceptions: Partial<Record<ProblemName, OauthError["error"]>> = {
  "grant-type-unsupported": "unsupported_grant_type",
  "target-unsupported": "invalid_target",
  "scope-unsupported": "invalid_scope",
};

function codeOf(name: ProblemName, status: number): OauthError["error"] {
  const exception = exceptions[name];
  if (exception) return exception;
  if (status === 401) return "invalid_client";
  // RFC 8693, section 2.2.2: a subject token that is invalid or not acceptable is an invalid request, whatever is wrong with it.
  if (status === 403 && !name.startsWith("teams-token-")) return "unauthorized_client";
  if (status === 429 || status === 503) return "temporarily_unavailable";
  return status >= 500 ? "server_error" : "invalid_request";
}

/** RFC 6749, section 5.2, knows 400 and 401 alone for what the client did wrong; failures of ours keep their status. */
const statusOf = (status: number) => (status === 403 ? 400 : status);

/** The status and body of a problem at the token endpoint. */
export function oauthErrorOf(name: ProblemName, type: string): { status: number; body: OauthError } {
  const { status, title, remedy } = catalogue[name];
  return {
    status: statusOf(status),
    body: {
      error: codeOf(name, status),
      error_description: `${title}. ${remedy}`.replaceAll(/[^\x20\x21\x23-\x5b\x5d-\x7e]/g, "'"),
      error_uri: type,
    },
  };
}

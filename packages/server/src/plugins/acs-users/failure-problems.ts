// What ACS answered about a user → the problem; a reason without one does not compile.
import { type AcsFailure, problemOfAcsFailure } from "../../acs/acs-failure.ts";
import { LoggableError } from "../../problems/loggable-error.ts";
import { Problem } from "../../problems/problem.ts";

/** The problem of a failure that concerns an ACS user, with what the log and the caller may know of it. */
export function problemOfUserFailure({
  reason,
  acsCode,
  status,
  msCv,
  retryAfterSeconds,
  advice,
}: AcsFailure): Problem {
  // Users are made and deleted by our own word; ACS has nothing of the caller's to refuse.
  const problem = reason === "refused" ? "upstream-bad-response" : problemOfAcsFailure[reason];
  return new Problem(problem, {
    reason,
    facts: { acsCode, acsStatus: status, msCv },
    ...(advice !== undefined && { cause: new LoggableError(`${advice}.`) }),
    ...(retryAfterSeconds !== undefined && { headers: { "retry-after": String(retryAfterSeconds) } }),
  });
}

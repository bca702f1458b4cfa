// Every failure of ACS that says nothing about the token it was given → its problem; a reason without one does not compile.
import type { ProblemName } from "@teams-token-exchange/rules";
import type { AcsFailureReason } from "./acs-failure.ts";

/** `refused` is missing: what was refused, each use of ACS knows for itself. */
export const problemOfAcsFailure: Record<Exclude<AcsFailureReason, "refused">, ProblemName> = {
  "own-key-refused": "server-misconfigured",
  busy: "upstream-busy",
  unavailable: "upstream-unavailable",
  tls: "upstream-tls",
  "bad-response": "upstream-bad-response",
  timeout: "upstream-timeout",
  "circuit-open": "upstream-unavailable",
  saturated: "overloaded",
};

// Every reason of the rules for the caller's token → its problem; a reason without one does not compile.

import type { CallerRefusal } from "./caller-token.ts";
import type { ProblemName } from "./problems.ts";

/** Authentication failures share one problem, so that nobody learns from the answer which check to work on next. */
export const problemOfCallerRefusal: Record<CallerRefusal, ProblemName> = {
  "claims-malformed": "caller-token-invalid",
  "issuer-wrong": "caller-token-invalid",
  "key-issuer-wrong": "caller-token-invalid",
  "tenant-wrong": "caller-token-invalid",
  "audience-wrong": "caller-token-invalid",
  expired: "caller-token-invalid",
  "not-yet-valid": "caller-token-invalid",
  "app-only": "scope-missing",
  "scope-missing": "scope-missing",
  "client-not-allowed": "client-not-allowed",
  "auth-context-missing": "insufficient-claims",
  "auth-context-missing-without-cp1": "claims-challenge-not-understood",
};

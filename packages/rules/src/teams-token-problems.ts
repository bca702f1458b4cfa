// Every reason of the rules for the Teams token → its problem; a reason without one does not compile.
import type { ProblemName } from "./problems.ts";
import type { TeamsTokenRefusal } from "./teams-token.ts";

export const problemOfTeamsTokenRefusal: Record<TeamsTokenRefusal, ProblemName> = {
  malformed: "teams-token-malformed",
  "wrong-audience": "teams-token-wrong-audience",
  expired: "teams-token-expired",
  expiring: "teams-token-expiring",
  "other-tenant": "teams-token-other-tenant",
  "other-user": "teams-token-other-user",
  "other-client": "teams-token-other-client",
  "scope-missing": "teams-token-scope-missing",
};

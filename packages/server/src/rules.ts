// The rules of this server without the server: pure functions of plain data that run in a browser as well, for tools that
// tell beforehand what the server would say. Nothing in here may come to depend on Node or on Fastify.
export {
  type AccessTokenRules,
  apiScope,
  type Caller,
  type CallerRefusal,
  callerForms,
  checkAccessToken,
} from "./entra/access-token.ts";
export { problemOfCallerRefusal } from "./entra/access-token-problems.ts";
export { type ClaimForms, malformedClaim } from "./entra/claim-forms.ts";
export { issuersOf } from "./entra/issuers.ts";
export { catalogue, type ProblemName, problemType } from "./problems/catalogue.ts";
export {
  checkTeamsToken,
  type TeamsTokenMatch,
  type TeamsTokenRefusal,
  teamsAudiences,
  teamsForms,
  teamsScopes,
} from "./teams-token/teams-token.ts";
export { problemOfTeamsTokenRefusal } from "./teams-token/teams-token-problems.ts";

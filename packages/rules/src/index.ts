// The rules of the token exchange as pure functions of plain data. They run in Node and in browsers, so nothing in here may
// depend on Node, on Fastify or on a page.
export {
  apiScope,
  type Caller,
  type CallerRefusal,
  type CallerTokenRules,
  callerForms,
  checkCallerToken,
} from "./caller-token.ts";
export { problemOfCallerRefusal } from "./caller-token-problems.ts";
export { type ClaimForms, malformedClaim } from "./claim-forms.ts";
export { isMicrosoftAuthority, issuersOf } from "./issuers.ts";
export { catalogue, type ProblemName, problemType } from "./problems.ts";
export { accept, type Result, refuse } from "./result.ts";
export {
  checkTeamsToken,
  type TeamsTokenMatch,
  type TeamsTokenRefusal,
  teamsAudiences,
  teamsForms,
  teamsScopes,
} from "./teams-token.ts";
export { problemOfTeamsTokenRefusal } from "./teams-token-problems.ts";

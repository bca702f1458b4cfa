// The rules of the token exchange as pure functions of plain data. They run in Node and in browsers, so nothing here may depend
// on Node, on Fastify or on a page. The schemas of the HTTP API are in contract.ts, the judgement of tokens in explain/.
export { decodePart } from "./base64url.ts";
export { anyOrganization, type Caller, type CallerTokenRules } from "./caller.ts";
export {
  apiScope,
  type CallerRefusal,
  callerForms,
  callerRefusals,
  checkCallerToken,
} from "./caller-token.ts";
export { type ClaimForms, malformedClaim } from "./claim-forms.ts";
export { isMicrosoftAuthority, issuersOf } from "./issuers.ts";
export { graphOf, publicGraph } from "./microsoft-graph.ts";
export {
  catalogue,
  type OauthErrorCode,
  oauthErrorOf,
  type ProblemAction,
  type ProblemEntry,
  type ProblemLink,
  type ProblemName,
  problemNames,
  problems,
  problemsOf,
  problemType,
  type RouteGroup,
} from "./problems.ts";
export { accept, type Result, refuse } from "./rule.ts";
export { teamsAppId, teamsAudiences, teamsResourceOf } from "./teams-resource.ts";
export {
  checkTeamsToken,
  type TeamsTokenMatch,
  type TeamsTokenRefusal,
  teamsForms,
  teamsScopes,
  teamsTokenRefusals,
} from "./teams-token.ts";
export {
  decodeClaims,
  type JwsRefusal,
  maxCallerTokenBytes,
  maxTeamsTokenBytes,
  type ReadJws,
  readJws,
} from "./token-form.ts";

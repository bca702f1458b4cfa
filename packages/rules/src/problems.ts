// Every failure that a client of this server can see, once. docs/problems.md and the page /problems are made from it.

interface CatalogueEntry {
  readonly status: number;
  readonly title: string;
  /** When it happens, for the reader of the catalogue. */
  readonly when: string;
  /** What to do about it; it goes out as the `detail` of the response. */
  readonly remedy: string;
}

/** The catalogue. A key is the stable end of the problem's `type`; see {@link problemType}. */
export const catalogue = {
  "caller-token-missing": {
    status: 401,
    title: "No access token was sent",
    when: "The request has no `Authorization: Bearer` header.",
    remedy: "Send the access token of this API in the Authorization header, as: Bearer <token>.",
  },
  "caller-token-invalid": {
    status: 401,
    title: "The access token is not valid for this API",
    when: "The caller's token fails any check: signature, issuer, tenant, audience, version, lifetime or form. One answer for all of them, so that nobody learns from it which check to work on next; the reason is in the server's log.",
    remedy: "Get a new access token for this API's scope from this tenant, and send that one.",
  },
  "caller-token-ambiguous": {
    status: 400,
    title: "The access token was sent more than once",
    when: "More than one Authorization header, or a token in the address as well (RFC 6750, section 2).",
    remedy: "Send exactly one access token, in the Authorization header.",
  },
  "scope-missing": {
    status: 403,
    title: "The access token lacks the scope of this API",
    when: "The caller's token is genuine but was issued without `access_as_user`, or to an app without a user.",
    remedy: "Request the scope access_as_user of this API for a signed-in user, and consent to it.",
  },
  "client-not-allowed": {
    status: 403,
    title: "This client application may not call this API",
    when: "The caller's token was issued to a client that ENTRA_CLIENT_IDS does not list.",
    remedy: "Add the client's application id to ENTRA_CLIENT_IDS, if it is one of yours.",
  },
  "insufficient-claims": {
    status: 401,
    title: "A further sign-in step is required",
    when: "The caller's token lacks an authentication context that REQUIRED_AUTH_CONTEXTS names, and its client understands claims challenges.",
    remedy: "Pass the claims of the WWW-Authenticate header to MSAL: acquireTokenSilent first, then interactively.",
  },
  "claims-challenge-not-understood": {
    status: 403,
    title: "A further sign-in step is required that this client cannot take",
    when: "As insufficient-claims, but the token's `xms_cc` does not say cp1.",
    remedy:
      "Declare clientCapabilities: ['CP1'] in the client, and the optional claim xms_cc on the API's registration.",
  },
  "navigation-refused": {
    status: 403,
    title: "Tokens are not given to navigations",
    when: "GET was sent by a browser as a navigation, a frame, or in the mode `no-cors`.",
    remedy: "Call the API with fetch in the mode cors or same-origin, and prefer POST.",
  },
  "teams-token-missing": {
    status: 400,
    title: "No Teams token was sent",
    when: "Neither the body's `teamsUserToken` nor the header `teams-user-aad-token` holds a token.",
    remedy: "Send the token with Teams.ManageCalls and Teams.ManageChats as teamsUserToken in a JSON body.",
  },
  "teams-tokens-differ": {
    status: 400,
    title: "Two different Teams tokens were sent",
    when: "The body's `teamsUserToken` and the header `teams-user-aad-token` are both given and differ.",
    remedy: "Send one Teams token, in the body or in the header.",
  },
  "teams-token-malformed": {
    status: 400,
    title: "The Teams token is malformed",
    when: "It is over 8 KB, holds characters that no token has, or its claims have impossible types.",
    remedy: "Send the Teams token exactly as MSAL returned it.",
  },
  "teams-token-expired": {
    status: 400,
    title: "The Teams token has expired",
    when: "Its `exp` has passed.",
    remedy: "Get a new Teams token (MSAL: acquireTokenSilent with forceRefresh), then ask again.",
  },
  "teams-token-expiring": {
    status: 400,
    title: "The Teams token has less than ten minutes left",
    when: "An ACS token expires with the Teams token, and the Calling SDK renews ten minutes ahead: it would ask again and again.",
    remedy: "Set system.tokenRenewalOffsetSeconds to 900 in MSAL, or use forceRefresh; then send the new Teams token.",
  },
  "teams-token-wrong-audience": {
    status: 400,
    title: "The Teams token was issued for another resource",
    when: "Its `aud` is not https://auth.msft.communication.azure.com; often the two tokens were swapped.",
    remedy: "Request https://auth.msft.communication.azure.com/Teams.ManageCalls and /Teams.ManageChats.",
  },
  "teams-token-other-user": {
    status: 403,
    title: "The Teams token belongs to another user",
    when: "Its `oid` is not that of the caller's token.",
    remedy: "Get both tokens for the same signed-in account.",
  },
  "teams-token-other-tenant": {
    status: 403,
    title: "The Teams token belongs to another tenant",
    when: "Its `tid` is not that of the caller's token; a guest's token from the home tenant is the usual case.",
    remedy: "Get both tokens from the same tenant, with the same authority.",
  },
  "teams-token-other-client": {
    status: 403,
    title: "The Teams token was issued to another client application",
    when: "Its `appid` or `azp` is not that of the caller's token.",
    remedy: "Get both tokens with the same client application registration.",
  },
  "teams-token-scope-missing": {
    status: 403,
    title: "The Teams token lacks a Teams scope",
    when: "Its `scp` does not hold both Teams.ManageCalls and Teams.ManageChats.",
    remedy: "Add both delegated permissions to the client's registration, and have an admin consent to them.",
  },
  "teams-token-rejected": {
    status: 403,
    title: "Azure Communication Services refused the Teams token",
    when: "ACS judged the token itself and said no; `acsCode` is its error code.",
    remedy:
      "Check that the user has an eligible Teams licence, that consent was not withdrawn, and that the token is fresh; acsCode says what Azure Communication Services objected to.",
  },
  "caller-denied": {
    status: 403,
    title: "This user, client or tenant is denied",
    when: "The operator put the user, the client application or the tenant on the deny-list.",
    remedy: "Ask the operator of this service; trying again changes nothing.",
  },
  "mapping-not-found": {
    status: 404,
    title: "No ACS user stands for this caller yet",
    when: "`GET /api/user` or `GET /api/token` was asked before `POST /api/user`, or after `DELETE /api/user`.",
    remedy: "Send POST to /api/user, or to /api/token, which makes the ACS user where there is none.",
  },
  "mapping-stale": {
    status: 409,
    title: "The ACS user of this caller is not one of this resource",
    when: "ACS does not know the stored user: it was deleted by other means, or ACS_CONNECTION_STRING names another resource than before.",
    remedy:
      "Send DELETE and then POST to /api/user for a new ACS user; if it happens to many, check ACS_CONNECTION_STRING first.",
  },
  "consent-required": {
    status: 403,
    title: "Nobody has consented to what this server needs",
    when: "Mappings are stored in Microsoft Graph, and neither the user nor an administrator let this API act there (AADSTS65001); `scopes` says what for.",
    remedy:
      "An administrator consents to the named delegated permissions of the API's registration in the Entra admin center.",
  },
  "role-missing": {
    status: 403,
    title: "The access token lacks the role for this route",
    when: "The caller's token does not hold the app role that ADMIN_APP_ROLE names.",
    remedy: "An administrator assigns the app role to the user in the Entra admin center; then get a new token.",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    when: "More requests in a minute than RATE_LIMIT_PER_CALLER allows one user, or RATE_LIMIT_PER_ADDRESS one address.",
    remedy: "Try again after the time in Retry-After, not earlier.",
  },
  "quota-exhausted": {
    status: 503,
    title: "The quota of exchanges is spent for now",
    when: "All instances together have made as many exchanges in 30 s as ACS_EXCHANGES_PER_30S allows. A place is kept for the caller at the time in Retry-After.",
    remedy: "Try again after the time in Retry-After; earlier attempts do not help.",
  },
  "store-unavailable": {
    status: 503,
    title: "The shared store cannot be reached",
    when: "Redis did not answer, so the deny-list can be neither read for listing nor changed. Exchanges go on.",
    remedy: "Try again after the time in Retry-After; if it stays, the operator must check REDIS_URL and Redis.",
  },
  "mapping-store-unavailable": {
    status: 503,
    title: "The store of ACS users cannot be reached",
    when: "PostgreSQL, Microsoft Graph or the data folder did not answer in time or refused; only /api/user and /api/token need it.",
    remedy:
      "Try again after the time in Retry-After; if it stays, the operator must check DATABASE_URL, GRAPH_ENDPOINT or DATA_FOLDER.",
  },
  "on-behalf-of-failed": {
    status: 502,
    title: "Microsoft Entra ID gave no token for Microsoft Graph",
    when: "The on-behalf-of request failed, other than for missing consent or claims; the log has Entra's code and correlation id.",
    remedy: "Try again in a while; if it stays, the operator looks up the request id in the log.",
  },
  "upstream-busy": {
    status: 503,
    title: "Azure Communication Services is busy",
    when: "ACS answered 429 or 503.",
    remedy: "Try again after the time in Retry-After, not earlier.",
  },
  "upstream-unavailable": {
    status: 502,
    title: "Azure Communication Services cannot be reached or failed",
    when: "The connection failed, or ACS answered with a server error.",
    remedy: "Try again in a while; if it stays, check ACS_CONNECTION_STRING, DNS and the network.",
  },
  "upstream-tls": {
    status: 502,
    title: "No trusted connection to Azure Communication Services",
    when: "The TLS handshake with ACS failed, or its certificate is not valid for its name.",
    remedy: "Check for an intercepting proxy and for the clock of the server; the certificate must be trusted by it.",
  },
  "upstream-bad-response": {
    status: 502,
    title: "Azure Communication Services answered nonsense",
    when: "The answer of ACS is not a token with a plausible expiry, is cut off, or has a status that it does not document.",
    remedy: "Try again in a while; if it stays, something between server and ACS alters the traffic.",
  },
  "upstream-timeout": {
    status: 504,
    title: "Azure Communication Services took too long",
    when: "The exchange did not end within its total deadline (10 s).",
    remedy: "Try again in a while.",
  },
  "server-misconfigured": {
    status: 500,
    title: "This server's own credentials were refused",
    when: "ACS refused the access key with which the server signs, or Entra ID refused the credential of the API: it was rotated, or the server's clock is wrong.",
    remedy:
      "The operator must check ACS_CONNECTION_STRING, ENTRA_API_CLIENT_SECRET and the server's clock; callers can do nothing.",
  },
  "signing-keys-unavailable": {
    status: 503,
    title: "The keys of the authority are not at hand",
    when: "The signing keys could not be fetched from the authority, so no token can be checked.",
    remedy:
      "Try again after the time in Retry-After; if it stays, the operator must check ENTRA_AUTHORITY and ENTRA_TENANT_ID.",
  },
  "request-invalid": {
    status: 400,
    title: "The request is not one of this API",
    when: "The request is not HTTP, not JSON, or its body does not have the documented form.",
    remedy: "Send the body that the documentation of this route describes.",
  },
  "body-too-large": {
    status: 413,
    title: "The request body is too large",
    when: "The body is over 16 KB.",
    remedy: "Send nothing but the documented fields.",
  },
  "headers-too-large": {
    status: 431,
    title: "The request headers are too large",
    when: "All headers together are over 32 KB.",
    remedy: "Send the Teams token in the body of POST, and nothing but the documented headers.",
  },
  "media-type-unsupported": {
    status: 415,
    title: "The body must be JSON",
    when: "A body came with a content type other than application/json.",
    remedy: "Send Content-Type: application/json.",
  },
  "form-required": {
    status: 415,
    title: "The body must be a form",
    when: "A body came to `POST /oauth2/token` with a content type other than application/x-www-form-urlencoded.",
    remedy: "Send Content-Type: application/x-www-form-urlencoded.",
  },
  "grant-type-unsupported": {
    status: 400,
    title: "The grant type is not the token exchange",
    when: "`grant_type` at `POST /oauth2/token` is not urn:ietf:params:oauth:grant-type:token-exchange.",
    remedy: "Send grant_type=urn:ietf:params:oauth:grant-type:token-exchange (RFC 8693).",
  },
  "grant-parameters-invalid": {
    status: 400,
    title: "The token exchange request is not one of this server",
    when: "A parameter of `POST /oauth2/token` is missing or repeated, a token type is not the access token's, `client_id` is not the caller's client, or an `actor_token` is given: the caller acts for itself and is authenticated by the Authorization header.",
    remedy:
      "Send grant_type, subject_token and subject_token_type=urn:ietf:params:oauth:token-type:access_token, each once, and the access token of this API in the Authorization header.",
  },
  "target-unsupported": {
    status: 400,
    title: "The token exchange has no target to choose",
    when: "`resource` or `audience` is given at `POST /oauth2/token`; the token is always for the one ACS resource of this server.",
    remedy: "Leave out resource and audience.",
  },
  "scope-unsupported": {
    status: 400,
    title: "The token exchange has no scope to choose",
    when: "`scope` is given at `POST /oauth2/token`; what the token allows is decided by the Teams token.",
    remedy: "Leave out scope.",
  },
  "request-timeout": {
    status: 408,
    title: "The request took too long to arrive",
    when: "Headers or body did not arrive in time.",
    remedy: "Send the whole request at once.",
  },
  "not-found": {
    status: 404,
    title: "There is nothing here",
    when: "No route has this path and method.",
    remedy: "Check the path and the method against the documentation.",
  },
  overloaded: {
    status: 503,
    title: "The server could not answer in time",
    when: "The request was not answered within the server's own limit.",
    remedy: "Try again after the time in Retry-After.",
  },
  "internal-error": {
    status: 500,
    title: "The server failed",
    when: "A defect of the server.",
    remedy: "Report it with the request id.",
  },
} as const satisfies Record<string, CatalogueEntry>;

/** The stable name of a problem. */
export type ProblemName = keyof typeof catalogue;

/** The `type` of a problem on the wire: a path on this server that leads to the problem's section. */
export const problemType = (name: ProblemName): string => `/problems#${name}`;

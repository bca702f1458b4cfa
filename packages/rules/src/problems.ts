// Every failure that a client of this server can see, described once. The problems page, docs/problems.md, OpenAPI, the OAuth
// errors, the advice of the page and `explain` are made from it.

/** The groups of routes that can answer with a problem; OpenAPI lists the problems of a route by its groups. */
export type RouteGroup =
  | "every-route"
  | "private-routes"
  | "routes-with-a-body"
  | "exchange"
  | "acs-users"
  | "administration"
  | "token-endpoint"
  | "legacy-get";

/** The one useful thing that a page can offer for a failure. */
export type ProblemAction = "retry" | "sign-in" | "grant-consent" | "other-user";

/** Where to read or do more. A page turns `admin-consent` into the tenant's consent page. */
export type ProblemLink = { readonly to: "admin-consent" } | { readonly to: "docs"; readonly href: string };

/** The error codes of RFC 6749 and RFC 8693 that this server uses. */
export const oauthErrorCodes = [
  "invalid_request",
  "invalid_client",
  "unauthorized_client",
  "unsupported_grant_type",
  "invalid_target",
  "invalid_scope",
  "temporarily_unavailable",
  "server_error",
] as const;
export type OauthErrorCode = (typeof oauthErrorCodes)[number];

/** What is known about a problem. Code is marked with backticks. */
export interface ProblemEntry {
  readonly status: number;
  readonly title: string;
  /** When it happens. */
  readonly when: string;
  /** What to do about it. It is the `detail` of the response. */
  readonly remedy: string;
  /** Usual causes and what to check, for operators and developers. It is in the documents only, never in a response. */
  readonly hint: string;
  readonly routes: readonly RouteGroup[];
  /** `retry` if absent. */
  readonly action?: ProblemAction;
  readonly link?: ProblemLink;
  /** A client can solve the problem itself, without asking the user. */
  readonly cure?: "renew-teams-token";
  /** The code at the token endpoint, if it does not follow from the status; see {@link oauthErrorOf}. */
  readonly oauthError?: OauthErrorCode;
}

const adminConsent = { to: "admin-consent" } as const;

/** The catalogue. A key is the stable end of the problem's `type`; see {@link problemType}. */
export const catalogue = {
  "caller-token-missing": {
    status: 401,
    title: "No access token was sent",
    when: "The request has no `Authorization: Bearer` header.",
    remedy: "Send the access token of this API in the Authorization header, as: Bearer <token>.",
    hint: "Some proxies remove the `Authorization` header: check what arrives behind yours. A page on another origin needs an entry in `ALLOWED_ORIGINS`.",
    routes: ["private-routes"],
    action: "sign-in",
  },
  "caller-token-invalid": {
    status: 401,
    title: "The access token is not valid for this API",
    when: "The caller token fails a check: signature, issuer, tenant, audience, version, lifetime or form. All of them share one answer, so that an attacker cannot tell which check failed. The server's log has the reason.",
    remedy: "Get a new access token for this API's scope from this tenant, and send that one.",
    hint: "The decision line in the log has the `reason`: `issuer-wrong`, `tenant-wrong`, `audience-wrong`, `expired`, `not-yet-valid`, `claims-malformed`, `key-issuer-wrong`, `not-canonical`, or a code of the signature check. Common causes: the client sent the Teams token or a Microsoft Graph token (`audience-wrong`), the token is from another tenant, `ENTRA_AUTHORITY` or `ENTRA_API_CLIENT_ID` belongs to another environment, or a clock is off by more than a minute.",
    routes: ["private-routes"],
    action: "sign-in",
  },
  "caller-token-ambiguous": {
    status: 400,
    title: "The access token was sent more than once",
    when: "The request has more than one Authorization header, or a token in the URL as well (RFC 6750, section 2).",
    remedy: "Send exactly one access token, in the Authorization header.",
    hint: "Often a proxy adds a second header. Never put tokens in addresses: they end up in logs.",
    routes: ["private-routes"],
  },
  "scope-missing": {
    status: 403,
    title: "The access token lacks the scope of this API",
    when: "The caller token is genuine but was issued without `access_as_user`, or to an app without a user.",
    remedy: "Request the scope access_as_user of this API for a signed-in user, and consent to it.",
    hint: "An app without a user (client credentials) has no Teams user, so it cannot exchange.",
    routes: ["private-routes"],
    action: "grant-consent",
  },
  "client-not-allowed": {
    status: 403,
    title: "This client application may not call this API",
    when: "The caller token was issued to a client that ENTRA_CLIENT_IDS does not list.",
    remedy: "If the client is one of yours, add its application ID to ENTRA_CLIENT_IDS.",
    hint: "A common mistake is to list the API's ID instead of the client's. Separate several IDs with commas. The served page uses the first.",
    routes: ["private-routes"],
  },
  "tenant-not-listed": {
    status: 403,
    title: "Your organization may not use this service yet",
    when: "The caller token is genuine, but `TENANTS_FILE` does not list its tenant.",
    remedy:
      "Ask the operator of this service to add your organization's tenant, or sign in with an account of another one.",
    hint: "The operator adds the tenant's ID to `TENANTS_FILE`, and an administrator of that tenant consents once to both registrations. Guests send a token of the tenant that they sign in to.",
    routes: ["private-routes"],
    action: "other-user",
  },
  "tenant-suspended": {
    status: 403,
    title: "Your organization's access is suspended",
    when: "`TENANTS_FILE` lists the caller's tenant with the state `suspended`.",
    remedy: "Ask the operator of this service. Trying again does not help.",
    hint: "Set the tenant's `state` to `active` to serve it again. Tokens that were issued before stay valid until they expire.",
    routes: ["private-routes"],
    action: "other-user",
  },
  "insufficient-claims": {
    status: 401,
    title: "A further sign-in step is required",
    when: "The caller token lacks an authentication context that REQUIRED_AUTH_CONTEXTS names, or Microsoft Graph requires more proof, such as a second factor.",
    remedy: "Pass the claims of the WWW-Authenticate header to MSAL: acquireTokenSilent first, then interactively.",
    hint: "Pass the claims on without decoding them. If no Conditional Access policy grants the authentication context, the error keeps coming back.",
    routes: ["private-routes"],
    action: "sign-in",
  },
  "claims-challenge-not-understood": {
    status: 403,
    title: "A further sign-in step is required that this client does not support",
    when: "A claims challenge is due, as for `insufficient-claims`, but the token's `xms_cc` does not contain cp1.",
    remedy:
      "Declare clientCapabilities: ['CP1'] in the client, and add the optional claim xms_cc to the API's registration.",
    hint: "Without the optional claim `xms_cc` on the API's registration, the server cannot know that the client understands challenges.",
    routes: ["private-routes"],
    action: "sign-in",
  },
  "navigation-refused": {
    status: 403,
    title: "Browsers may not navigate to this route",
    when: "A browser sent GET as a navigation, from a frame, or in the mode `no-cors`.",
    remedy: "Call the API with fetch in the mode cors or same-origin, and prefer POST.",
    hint: "A link, frame or image must not be able to request a token.",
    routes: ["legacy-get"],
  },
  "teams-token-missing": {
    status: 400,
    title: "No Teams token was sent",
    when: "Neither the body's `teamsUserToken` nor the header `teams-user-aad-token` holds a token.",
    remedy: "Send the token with Teams.ManageCalls and Teams.ManageChats as teamsUserToken in a JSON body.",
    hint: "Send the body as `application/json`. With MSAL, await the result and send its `accessToken`.",
    routes: ["exchange"],
  },
  "teams-tokens-differ": {
    status: 400,
    title: "Two different Teams tokens were sent",
    when: "The body's `teamsUserToken` and the header `teams-user-aad-token` are both set, and they differ.",
    remedy: "Send one Teams token, in the body or in the header.",
    hint: "Clients of the original sample send the header. Check whether a wrapper adds a body.",
    routes: ["exchange"],
  },
  "teams-token-malformed": {
    status: 400,
    title: "The Teams token is malformed",
    when: "The token is larger than 8 KB, contains characters that no token has, or its claims have impossible types.",
    remedy: "Send the Teams token exactly as MSAL returned it.",
    hint: "Check for quotes, line breaks or `Bearer ` around the token.",
    routes: ["exchange"],
  },
  "teams-token-expired": {
    status: 400,
    title: "The Teams token has expired",
    when: "The token's `exp` has passed, or a clock is wrong.",
    remedy: "Get a new Teams token (MSAL: acquireTokenSilent with forceRefresh), then send the request again.",
    hint: "Request the token from MSAL right before each exchange. If it is fresh, the server's clock is ahead.",
    routes: ["exchange"],
    cure: "renew-teams-token",
  },
  "teams-token-expiring": {
    status: 400,
    title: "The Teams token has less than ten minutes left",
    when: "An ACS token expires with its Teams token, and the Calling SDK renews ten minutes ahead. It would renew again and again.",
    remedy: "Set system.tokenRenewalOffsetSeconds to 900 in MSAL, or use forceRefresh. Then send the new Teams token.",
    hint: "If your tenant issues tokens with a shorter lifetime, change its lifetime policy.",
    routes: ["exchange"],
    cure: "renew-teams-token",
  },
  "teams-token-wrong-audience": {
    status: 400,
    title: "The Teams token was issued for another resource",
    when: "The token's `aud` is not https://auth.msft.communication.azure.com. Often the two tokens were swapped.",
    remedy: "Request https://auth.msft.communication.azure.com/Teams.ManageCalls and /Teams.ManageChats.",
    hint: "Often the two tokens are swapped, or `.default` of the API was requested twice.",
    routes: ["exchange"],
  },
  "teams-token-other-user": {
    status: 403,
    title: "The Teams token belongs to another user",
    when: "The `oid` of the Teams token differs from that of the caller token.",
    remedy: "Get both tokens for the same signed-in account.",
    hint: "If two accounts are signed in, pass the same `account` to both MSAL requests. The server sent nothing to ACS.",
    routes: ["exchange"],
    action: "sign-in",
    // RFC 8693, section 2.2.2: a subject token that is not acceptable makes the request invalid.
    oauthError: "invalid_request",
  },
  "teams-token-other-tenant": {
    status: 403,
    title: "The Teams token belongs to another tenant",
    when: "The `tid` of the Teams token differs from that of the caller token. The usual cause is a guest whose token comes from the home tenant.",
    remedy: "Get both tokens from the same tenant, with the same authority.",
    hint: "Use `https://login.microsoftonline.com/<tenant id>` as the authority for both requests, not `common`.",
    routes: ["exchange"],
    action: "sign-in",
    oauthError: "invalid_request",
  },
  "teams-token-other-client": {
    status: 403,
    title: "The Teams token was issued to another client application",
    when: "The `appid` or `azp` of the Teams token differs from that of the caller token.",
    remedy: "Get both tokens with the same client application registration.",
    hint: "Usually the page has two MSAL instances with different client IDs, or an API requested the Teams token on behalf of the user.",
    routes: ["exchange"],
    action: "sign-in",
    oauthError: "invalid_request",
  },
  "teams-token-scope-missing": {
    status: 403,
    title: "The Teams token lacks a Teams scope",
    when: "The token's `scp` does not contain both Teams.ManageCalls and Teams.ManageChats.",
    remedy: "Add both delegated permissions to the client's registration, and have an admin consent to them.",
    hint: "ACS requires both scopes, even if you do not use chats. After consent, get a new token: cached tokens keep their old scopes.",
    routes: ["exchange"],
    action: "grant-consent",
    link: adminConsent,
    oauthError: "invalid_request",
  },
  "teams-token-rejected": {
    status: 403,
    title: "Azure Communication Services refused the Teams token",
    when: "ACS checked the token and refused it; `acsCode` is its error code. Most often the user has no eligible Teams license.",
    remedy:
      "Check that the user has an eligible Teams license, that consent was not withdrawn, and that the token is fresh. acsCode names what Azure Communication Services objected to.",
    hint: "`InvalidAccessToken`: the token is expired or revoked, or the user has no Teams license. `ValidationError`: the IDs do not match. If the error remains, give the `msCv` of the decision line to Microsoft's support.",
    routes: ["exchange"],
    action: "other-user",
    link: {
      to: "docs",
      href: "https://learn.microsoft.com/azure/communication-services/quickstarts/eligible-teams-licenses",
    },
    oauthError: "invalid_request",
  },
  "caller-denied": {
    status: 403,
    title: "This user, client or tenant is denied",
    when: "The operator put the user, the client application or the tenant on the deny-list.",
    remedy: "Ask the operator of this service. Trying again does not help.",
    hint: "`npx teams-token-exchange deny list` shows the entries with reason and end; `deny remove` takes effect at the next exchange.",
    routes: ["exchange", "acs-users"],
    action: "other-user",
  },
  "mapping-not-found": {
    status: 404,
    title: "This caller has no ACS user yet",
    when: "`GET /api/user` or `GET /api/token` was called before `POST /api/user`, or after `DELETE /api/user`.",
    remedy: "Send POST to /api/user, or to /api/token, which creates the ACS user if there is none.",
    hint: "`POST /api/token` creates the ACS user if necessary; `GET /api/token` does not.",
    routes: [],
  },
  "mapping-stale": {
    status: 409,
    title: "The ACS user of this caller does not exist in this resource",
    when: "ACS does not know the stored user: it was deleted by other means, or ACS_CONNECTION_STRING names another resource than before.",
    remedy:
      "Send DELETE and then POST to /api/user for a new ACS user. If many users are affected, check ACS_CONNECTION_STRING first.",
    hint: "If it happens to everyone, `ACS_CONNECTION_STRING` names another resource than before.",
    routes: [],
  },
  "consent-required": {
    status: 403,
    title: "Consent for this server is missing",
    when: "Mappings are stored in Microsoft Graph, and neither the user nor an administrator allowed this API to act there (AADSTS65001). `scopes` lists the missing permissions.",
    remedy:
      "An administrator consents to the named delegated permissions of the API's registration in the Entra admin center.",
    hint: "Only if mappings are stored in Microsoft Graph. An administrator adds the delegated permission in `scopes` to the API's registration and consents.",
    routes: ["acs-users"],
    action: "grant-consent",
  },
  "role-missing": {
    status: 403,
    title: "The access token lacks the role for this route",
    when: "The caller token does not contain the app role that ADMIN_APP_ROLE names.",
    remedy: "An administrator assigns the app role to the user in the Entra admin center. Then get a new token.",
    hint: "Define the app role on the API's registration (App roles) and assign it under Enterprise applications → Users and groups. Then get a new token.",
    routes: ["administration"],
    action: "sign-in",
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    when: "One user sent more requests per minute than RATE_LIMIT_PER_CALLER allows, or one address more than RATE_LIMIT_PER_ADDRESS.",
    remedy: "Try again after the time in Retry-After, not earlier.",
    hint: "If all users seem to share one address, set `TRUSTED_PROXIES` for the proxy in front of the server.",
    routes: ["private-routes"],
  },
  "quota-exhausted": {
    status: 503,
    title: "The quota of exchanges is used up for now",
    when: "All instances together made as many exchanges in 30 s as ACS_EXCHANGES_PER_30S allows. The server reserves a place for the caller at the time in Retry-After.",
    remedy: "Try again after the time in Retry-After. Earlier attempts do not help.",
    hint: "If it happens regularly, ask Microsoft for a higher limit, or use several resources.",
    routes: ["exchange"],
  },
  "store-unavailable": {
    status: 503,
    title: "The shared store cannot be reached",
    when: "Redis did not answer, so the deny-list can be neither listed nor changed. Exchanges continue.",
    remedy: "Try again after the time in Retry-After. If it persists, the operator must check REDIS_URL and Redis.",
    hint: "Check `REDIS_URL`, the network, and whether Redis is full or read-only. Exchanges continue with the last copy of the deny-list; an instance that has just started waits for Redis.",
    routes: ["exchange", "acs-users", "administration"],
  },
  "mapping-store-unavailable": {
    status: 503,
    title: "The store of ACS users cannot be reached",
    when: "PostgreSQL, Microsoft Graph or the data folder did not answer in time, or refused. Only /api/user and /api/token need it.",
    remedy:
      "Try again after the time in Retry-After. If it persists, the operator must check DATABASE_URL, GRAPH_ENDPOINT or DATA_FOLDER.",
    hint: "The log line of the request has the cause: `DATABASE_URL` is unreachable or its role may not create tables, `GRAPH_ENDPOINT` failed, or `DATA_FOLDER` is not writable, used by another process, or `@electric-sql/pglite` is not installed. The first request to a new folder can get this once.",
    routes: ["acs-users"],
  },
  "on-behalf-of-failed": {
    status: 502,
    title: "Microsoft Entra ID issued no token for Microsoft Graph",
    when: "The on-behalf-of request failed for another reason than missing consent or claims. The log has Entra's error code and correlation ID.",
    remedy: "Try again later. If it persists, the operator looks up the request ID in the log.",
    hint: "The decision line has `entraCode` (such as AADSTS500131: the token is for another API) and the `correlationId` that Microsoft's support asks for.",
    routes: ["acs-users"],
  },
  "upstream-busy": {
    status: 503,
    title: "Azure Communication Services is busy",
    when: "ACS answered 429 or 503: a resource has a limit of exchanges per 30 s.",
    remedy: "Try again after the time in Retry-After, not earlier.",
    hint: "If the quota guard is on, something else uses the same ACS resource: subtract its share from `ACS_EXCHANGES_PER_30S`.",
    routes: ["exchange", "acs-users"],
  },
  "upstream-unavailable": {
    status: 502,
    title: "Azure Communication Services failed or cannot be reached",
    when: "The connection failed, or ACS answered with a server error.",
    remedy: "Try again later. If it persists, check ACS_CONNECTION_STRING, DNS and the network.",
    hint: "Check the host in `ACS_CONNECTION_STRING`, DNS, outgoing port 443 and Azure's status page. If four in five calls failed, the server stops calling and tries one call again after five seconds.",
    routes: ["exchange", "acs-users"],
  },
  "upstream-tls": {
    status: 502,
    title: "No trusted connection to Azure Communication Services",
    when: "The TLS handshake with ACS failed, or its certificate is not valid for its name.",
    remedy:
      "Check whether a proxy intercepts the traffic, and check the server's clock. The server must trust the certificate.",
    hint: "Usually a proxy intercepts TLS: exclude `*.communication.azure.com`, or set `NODE_EXTRA_CA_CERTS`. Nothing was sent.",
    routes: ["exchange", "acs-users"],
  },
  "upstream-bad-response": {
    status: 502,
    title: "Azure Communication Services returned an unexpected response",
    when: "The response of ACS is not a token with a plausible expiry, is cut off, or has an undocumented status.",
    remedy: "Try again later. If it persists, something between the server and ACS changes the traffic.",
    hint: "For example an HTML page of a proxy, a cut-off body, an expiry in the past, or a token of another user. The log has the status and the MS-CV.",
    routes: ["exchange", "acs-users"],
  },
  "upstream-timeout": {
    status: 504,
    title: "Azure Communication Services took too long",
    when: "The exchange did not end within its deadline (10 s).",
    remedy: "Try again later.",
    hint: "A single one is harmless; many mean an outage, or a firewall that drops packets.",
    routes: ["exchange", "acs-users"],
  },
  "server-misconfigured": {
    status: 500,
    title: "This server's own credentials were refused",
    when: "ACS refused the access key that signs the exchange, or Entra ID refused the credential of the API. The key was rotated, or the server's clock is wrong.",
    remedy:
      "The operator must check ACS_CONNECTION_STRING, ENTRA_API_CLIENT_SECRET and the server's clock. Callers can do nothing.",
    hint: "The key was regenerated, the connection string mixes two resources, or the server's clock is off by more than a few minutes. Nobody can exchange until you fix it. Set an alert, and rotate with two keys.",
    routes: ["exchange", "acs-users"],
  },
  "signing-keys-unavailable": {
    status: 503,
    title: "The signing keys of the authority are not available",
    when: "The signing keys could not be fetched from the authority, so no token can be checked.",
    remedy:
      "Try again after the time in Retry-After. If it persists, the operator must check ENTRA_AUTHORITY and ENTRA_TENANT_ID.",
    hint: "At start: `ENTRA_AUTHORITY` or `ENTRA_TENANT_ID` is wrong, or outgoing port 443 is closed. Later: an outage of more than 24 hours, or an unknown key ID during an outage. From the server's machine, open `<authority>/<tenant>/v2.0/.well-known/openid-configuration`.",
    routes: ["private-routes"],
  },
  "request-invalid": {
    status: 400,
    title: "The request does not match this API",
    when: "The request is not HTTP, not JSON, or its body does not have the documented form. Client and server may be of different versions.",
    remedy: "Send the body that the documentation of this route describes.",
    hint: "The field of the body is `teamsUserToken`, not `token`. The OpenAPI document has all forms.",
    routes: ["every-route"],
  },
  "body-too-large": {
    status: 413,
    title: "The request body is too large",
    when: "The body is larger than 16 KB.",
    remedy: "Send only the documented fields.",
    hint: "A token has at most 8 KB. Send MSAL's `accessToken`, not its whole result.",
    routes: ["routes-with-a-body"],
  },
  "body-already-read": {
    status: 500,
    title: "The body was read before it reached the server",
    when: "The server runs inside another one, whose middleware has read the body and not put it into `request.body`.",
    remedy:
      "Report it to the operator: the API must come before the middleware that reads the body, or after one that sets `request.body`.",
    hint: "In Express, `json()`, `urlencoded()`, `text()` and `raw()` may come before the handler. With `Request` and `Response`, pass a request whose body nobody has read.",
    routes: ["routes-with-a-body"],
  },
  "headers-too-large": {
    status: 431,
    title: "The request headers are too large",
    when: "All headers together are larger than 32 KB, or the access token is larger than 16 KB.",
    remedy:
      "Send the Teams token in the body of POST, and only the documented headers. If the access token is that large, its claim `groups` is the cause: let the API registration emit no groups, or only those assigned to the application.",
    hint: "Usually the cause is cookies of other apps on the same host. Give the server its own host. Proxies have lower limits; see the guide to deployment.",
    routes: ["every-route"],
  },
  "media-type-unsupported": {
    status: 415,
    title: "The body must be JSON",
    when: "The content type of the body is not application/json.",
    remedy: "Send Content-Type: application/json.",
    hint: "Browsers send `text/plain` for strings unless you set the header.",
    routes: ["routes-with-a-body"],
  },
  "form-required": {
    status: 415,
    title: "The body must be a form",
    when: "The content type of the body of `POST /oauth2/token` is not application/x-www-form-urlencoded.",
    remedy: "Send Content-Type: application/x-www-form-urlencoded.",
    hint: "For JSON, use `POST /api/token/teams`.",
    routes: ["token-endpoint"],
  },
  "grant-type-unsupported": {
    status: 400,
    title: "The grant type is not token exchange",
    when: "`grant_type` at `POST /oauth2/token` is not urn:ietf:params:oauth:grant-type:token-exchange.",
    remedy: "Send grant_type=urn:ietf:params:oauth:grant-type:token-exchange (RFC 8693).",
    hint: "Users sign in at Entra ID. This server only exchanges tokens.",
    routes: ["token-endpoint"],
    oauthError: "unsupported_grant_type",
  },
  "grant-parameters-invalid": {
    status: 400,
    title: "The parameters of the token exchange are invalid",
    when: "A parameter of `POST /oauth2/token` is missing or repeated, a token type is not that of an access token, `client_id` is not the caller's client, or there is an `actor_token`. Callers act for themselves, and the Authorization header authenticates them.",
    remedy:
      "Send grant_type, subject_token and subject_token_type=urn:ietf:params:oauth:token-type:access_token, each once, and the access token of this API in the Authorization header.",
    hint: "Send the Teams token as `subject_token` and the caller token in the `Authorization` header.",
    routes: ["token-endpoint"],
  },
  "target-unsupported": {
    status: 400,
    title: "The target of the token exchange cannot be chosen",
    when: "`resource` or `audience` is set at `POST /oauth2/token`. The token is always for the ACS resource of this server.",
    remedy: "Leave out resource and audience.",
    hint: "Remove the parameter from the settings of your OAuth library.",
    routes: ["token-endpoint"],
    oauthError: "invalid_target",
  },
  "scope-unsupported": {
    status: 400,
    title: "The scope of the token exchange cannot be chosen",
    when: "`scope` is set at `POST /oauth2/token`. The Teams token decides what the ACS token allows.",
    remedy: "Leave out scope.",
    hint: "Remove the parameter from the settings of your OAuth library; some send it by default.",
    routes: ["token-endpoint"],
    oauthError: "invalid_scope",
  },
  "request-timeout": {
    status: 408,
    title: "The request took too long to arrive",
    when: "Headers or body did not arrive in time.",
    remedy: "Send the whole request without pauses.",
    hint: "Headers must arrive within ten seconds and the whole request within fifteen. Check for a slow client or a slow proxy.",
    routes: ["every-route"],
  },
  "not-found": {
    status: 404,
    title: "Not found",
    when: "No route has this path and method.",
    remedy: "Compare the path and the method with the documentation.",
    hint: "PUT and PATCH are not supported. Behind a proxy, check whether it removes a path prefix.",
    routes: [],
  },
  overloaded: {
    status: 503,
    title: "The server is overloaded",
    when: "The server has more requests than it can handle, or did not answer within its own limit.",
    remedy: "Try again after the time in Retry-After.",
    hint: "The event loop lags, or too many calls to ACS are open. Add an instance or more CPU.",
    routes: ["every-route"],
  },
  "internal-error": {
    status: 500,
    title: "The server failed",
    when: "The server has a defect.",
    remedy: "Report it with the request ID.",
    hint: "A bug. The log has a line at level 50 with the request ID and the place. Please report both.",
    routes: ["every-route"],
  },
} as const satisfies Record<string, ProblemEntry>;

/** The stable name of a problem. */
export type ProblemName = keyof typeof catalogue;

/** Every problem by name, with the optional members of an entry. */
export const problems: Readonly<Record<ProblemName, ProblemEntry>> = catalogue;

/** Every name, in the order of the catalogue. */
export const problemNames = Object.keys(catalogue) as readonly ProblemName[];

/** The `type` of a problem in a response: a path on the server that leads to the problem's section. */
export const problemType = (name: ProblemName): string => `/problems#${name}`;

/** The problems that a group of routes can answer with. */
export const problemsOf = (group: RouteGroup): readonly ProblemName[] =>
  problemNames.filter((name) => problems[name].routes.includes(group));

/** The OAuth error code of a problem (RFC 6749, section 5.2): that of its entry, or the one that follows from its status. */
export function oauthErrorOf(name: ProblemName): OauthErrorCode {
  const { status, oauthError } = problems[name];
  if (oauthError) return oauthError;
  if (status === 401) return "invalid_client";
  if (status === 403) return "unauthorized_client";
  if (status === 429 || status === 503) return "temporarily_unavailable";
  return status >= 500 ? "server_error" : "invalid_request";
}

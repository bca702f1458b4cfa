// The description of each route in OpenAPI, beyond its schemas: its purpose and its problems. The tests hold this
// table against the routes that exist and against every problem that any HTTP test was ever answered.
import { type ProblemName, problemsOf } from "@teams-token-exchange/rules";

export interface RouteDescription {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** Whether the caller must send an access token. */
  readonly isPrivate: boolean;
  readonly problems: readonly ProblemName[];
  /** Optional request headers beyond Authorization, by name. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Bodies to show, by the name of the example. */
  readonly requestExamples?: Readonly<Record<string, unknown>>;
  readonly responseExample?: unknown;
  /** The content type of the answer, if it is not JSON. */
  readonly contentType?: string;
  /** Parameters of a form by name, if the body is a form. Failures then have the form of OAuth errors. */
  readonly form?: Readonly<Record<string, string>>;
}

const onEveryRoute = problemsOf("every-route");
const onPrivateRoutes: readonly ProblemName[] = [...onEveryRoute, ...problemsOf("private-routes")];
const withBody = problemsOf("routes-with-a-body");
const onExchange = problemsOf("exchange");
const onAcsUsers = problemsOf("acs-users");
const onAdministration: readonly ProblemName[] = [...onPrivateRoutes, ...problemsOf("administration")];
const onLegacyGet = problemsOf("legacy-get");

const teamsTokenHeader = {
  "teams-user-aad-token": "The Teams token: an Entra access token with Teams.ManageCalls and Teams.ManageChats.",
};
const exchanged = { token: "eyJhbGciOiJSUzI1NiJ9.…", expiresOn: "2026-06-01T13:12:05.000Z" };
const acsUserIdentity = "8:acs:11111111-2222-4333-8444-555555555555_0000000f-6d1f-3e4a";
const userToken = { ...exchanged, user: { communicationUserId: acsUserIdentity } };
const subject = { kind: "client", clientId: "44444444-4444-4444-8444-444444444444" };
const entry = { subject, addedAt: "2026-06-01T12:00:00.000Z", reason: "leaked" };

/** By method and path, without the mount path. */
export const descriptions: Readonly<Record<string, RouteDescription>> = {
  "POST /api/token/teams": {
    operationId: "exchangeTeamsToken",
    summary: "Exchange a Teams token for an ACS access token",
    description:
      "The Teams token must belong to the caller: same user, same tenant, same client application. It comes in the body or in the header; both may be given if they agree.",
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onExchange, ...withBody],
    headers: teamsTokenHeader,
    requestExamples: { body: { teamsUserToken: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.…" } },
    responseExample: exchanged,
  },
  "GET /api/token/teams": {
    operationId: "exchangeTeamsTokenByGet",
    summary: "The same, for clients of Microsoft's original sample",
    description: "Answers with 201. Refused when a browser navigates here or embeds it. Prefer POST.",
    deprecated: true,
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onExchange, ...onLegacyGet],
    headers: teamsTokenHeader,
    responseExample: exchanged,
  },
  "POST /oauth2/token": {
    operationId: "exchangeTokenByOAuth",
    summary: "The same exchange for OAuth client libraries (RFC 8693)",
    description:
      "The access token of this API comes in the Authorization header, the Teams token as `subject_token`. Failures have the shape of RFC 6749; `error_uri` is the problem's type, and 403 is 400 here.",
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onExchange, "body-too-large", ...problemsOf("token-endpoint")],
    form: {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.…",
      subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
    },
    responseExample: {
      access_token: exchanged.token,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 4325,
    },
  },
  "GET /api/user": {
    operationId: "getAcsUser",
    summary: "The ACS user that stands for the caller",
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onAcsUsers, "mapping-not-found"],
    responseExample: { acsUserIdentity },
  },
  "POST /api/user": {
    operationId: "ensureAcsUser",
    summary: "Get or create that ACS user: 201 for a new one, 200 for an existing one",
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onAcsUsers, ...withBody],
    responseExample: { acsUserIdentity },
  },
  "DELETE /api/user": {
    operationId: "deleteAcsUser",
    summary: "Delete the ACS user of the caller, and end its tokens",
    description: "Answers with 204 also if there is none.",
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onAcsUsers, ...withBody],
  },
  "POST /api/token": {
    operationId: "issueAcsUserToken",
    summary: "Issue an ACS access token for the caller's ACS user, which is created if there is none",
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onAcsUsers, ...withBody, "mapping-stale"],
    responseExample: userToken,
  },
  "GET /api/token": {
    operationId: "issueAcsUserTokenByGet",
    summary: "The same, for clients of Microsoft's original sample",
    description:
      "Answers with 201, or with 404 where `POST /api/user` has not been sent yet. Refused when a browser navigates here or embeds it. Prefer POST.",
    deprecated: true,
    isPrivate: true,
    problems: [...onPrivateRoutes, ...onAcsUsers, "mapping-not-found", "mapping-stale", ...onLegacyGet],
    responseExample: userToken,
  },
  "GET /api/config": {
    operationId: "getClientConfig",
    summary: "What a client must know to sign in",
    description: "Nothing in it is secret.",
    isPrivate: false,
    problems: [...onEveryRoute, "signing-keys-unavailable"],
    responseExample: {
      tenantId: "11111111-1111-4111-8111-111111111111",
      clientId: "44444444-4444-4444-8444-444444444444",
      authority: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111",
      knownAuthorities: [],
      apiScopes: ["api://33333333-3333-4333-8333-333333333333/access_as_user"],
      teamsScopes: [
        "https://auth.msft.communication.azure.com/Teams.ManageCalls",
        "https://auth.msft.communication.azure.com/Teams.ManageChats",
      ],
      callingService: { kind: "azure" },
      graphEndpoint: "https://graph.microsoft.com",
    },
  },
  "GET /api/admin/deny-list": {
    operationId: "listDenied",
    summary: "Who is on the deny-list",
    description: "There only where ADMIN_APP_ROLE names an app role, which the caller's token must carry.",
    isPrivate: true,
    problems: onAdministration,
    responseExample: { entries: [entry] },
  },
  "POST /api/admin/deny-list": {
    operationId: "deny",
    summary: "Deny a user, a client or a tenant",
    description:
      "Effective with the next exchange, on every instance. There only where ADMIN_APP_ROLE names an app role.",
    isPrivate: true,
    problems: [...onAdministration, ...withBody],
    requestExamples: {
      client: { subject, reason: "leaked" },
      userForADay: {
        subject: {
          kind: "user",
          tenantId: "11111111-1111-4111-8111-111111111111",
          objectId: "22222222-2222-4222-8222-222222222222",
        },
        forSeconds: 86_400,
      },
    },
    responseExample: {
      entry,
      existingTokens: {
        mayLiveUntil: "2026-06-01T13:12:05.000Z",
        seconds: 4325,
        known: true,
        underWay: 0,
        revoked: 0,
        notRevoked: 0,
      },
    },
  },
  "DELETE /api/admin/deny-list": {
    operationId: "allowAgain",
    summary: "Remove a user, client or tenant from the deny-list",
    description: "There only where ADMIN_APP_ROLE names an app role.",
    isPrivate: true,
    problems: [...onAdministration, ...withBody],
    requestExamples: { client: { subject } },
    responseExample: { removed: true },
  },
  "GET /livez": {
    operationId: "isLive",
    summary: "Whether the process answers",
    isPrivate: false,
    problems: onEveryRoute,
    responseExample: { status: "live" },
  },
  "GET /readyz": {
    operationId: "isReady",
    summary: "Whether requests can be served: 200, or 503 with the same body; `reason` names a problem with Redis",
    isPrivate: false,
    problems: onEveryRoute,
    responseExample: { status: "ready" },
  },
  "GET /problems": {
    operationId: "listProblems",
    summary: "Every problem, as a page; the `type` of a problem leads to its section",
    isPrivate: false,
    problems: onEveryRoute,
    contentType: "text/html",
  },
  "GET /openapi.json": {
    operationId: "getOpenApi",
    summary: "This document",
    isPrivate: false,
    problems: onEveryRoute,
  },
};

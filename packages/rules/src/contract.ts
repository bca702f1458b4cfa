// The words that server and client agree on: every request and response body of the HTTP API.
// The schemas validate and serialise at run time; the types are inferred from them, and the client imports only those.
// A member of a request body says what it must be, because the server puts this after the member's name in its answer.
import { z } from "zod";
import { oauthErrorCodes } from "./problems.ts";

/** Body of `POST /api/token/teams`. The Teams token may come in the header `teams-user-aad-token` instead. */
export const ExchangeRequest = z.strictObject(
  { teamsUserToken: z.string("must be a text").optional() },
  "must be an object with no other member than teamsUserToken",
);
export type ExchangeRequest = z.infer<typeof ExchangeRequest>;

/** An ACS access token of a Teams user. `expiresOn` is an ISO 8601 instant in UTC. */
export const ExchangeResponse = z.object({ token: z.string(), expiresOn: z.iso.datetime() });
export type ExchangeResponse = z.infer<typeof ExchangeResponse>;

/** Answer of `GET` and `POST /api/user`: the ACS user that stands for the caller. */
export const AcsUser = z.object({ acsUserIdentity: z.string() });
export type AcsUser = z.infer<typeof AcsUser>;

/** Answer of `GET` and `POST /api/token`: an ACS access token of that user. `expiresOn` is an ISO 8601 instant in UTC. */
export const AcsUserToken = z.object({
  token: z.string(),
  expiresOn: z.iso.datetime(),
  user: z.object({ communicationUserId: z.string() }),
});
export type AcsUserToken = z.infer<typeof AcsUserToken>;

/** Answer of `POST /oauth2/token` (RFC 8693, section 2.2.1). `expires_in` is in seconds. */
export const TokenExchangeResponse = z.object({
  access_token: z.string(),
  issued_token_type: z.literal("urn:ietf:params:oauth:token-type:access_token"),
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
});
export type TokenExchangeResponse = z.infer<typeof TokenExchangeResponse>;

/** Every error body of `POST /oauth2/token` (RFC 6749, section 5.2). `error_uri` is the problem's `type`. */
export const OauthError = z.object({
  error: z.enum(oauthErrorCodes),
  error_description: z.string(),
  error_uri: z.string(),
});
export type OauthError = z.infer<typeof OauthError>;

/** What a browser makes calls with: Microsoft's Calling SDK, or the emulated calling service at this origin. */
export const CallingService = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("azure") }),
  z.object({ kind: z.literal("emulator"), endpoint: z.string() }),
]);
export type CallingService = z.infer<typeof CallingService>;

/**
 * What a client must know before anyone has signed in (`GET /api/config`); nothing here is secret.
 * `authority`, `knownAuthorities` and `authorityMetadata` go to MSAL as they are: with Microsoft's cloud the latter two
 * are empty and absent; with any other authority the metadata is its discovery document, verbatim, because MSAL
 * refuses to fetch one over http.
 */
export const ClientConfig = z.object({
  tenantId: z.string(),
  clientId: z.string(),
  authority: z.string(),
  knownAuthorities: z.array(z.string()),
  authorityMetadata: z.string().optional(),
  apiScopes: z.array(z.string()),
  teamsScopes: z.array(z.string()),
  /** For the direct exchange of Teams Phone Extensibility; only if the operator offers it. */
  teamsPhone: z.object({ resourceEndpoint: z.string(), scopes: z.array(z.string()) }).optional(),
  /** Absent from servers before this version, which all use Azure. */
  callingService: CallingService.optional(),
  /** The origin of Microsoft Graph, for finding people by name. */
  graphEndpoint: z.string().optional(),
});
export type ClientConfig = z.infer<typeof ClientConfig>;

/** Ids of Entra are GUIDs; stored and compared in lower case. */
const mustBeId = "must be a GUID, such as 11111111-1111-4111-8111-111111111111";
const entraId = z
  .string(mustBeId)
  .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, mustBeId)
  .toLowerCase();

/** What a deny-list entry blocks: a user, a client or a tenant. */
export const DenySubject = z.discriminatedUnion(
  "kind",
  [
    z.object({ kind: z.literal("user"), tenantId: entraId, objectId: entraId }),
    z.object({ kind: z.literal("client"), clientId: entraId }),
    z.object({ kind: z.literal("tenant"), tenantId: entraId }),
  ],
  // Zod asks with the path of `kind` if only the kind is wrong.
  {
    error: ({ code }) =>
      code === "invalid_union" ? "must be user, client or tenant" : "must be an object with a kind and ids",
  },
);
export type DenySubject = z.infer<typeof DenySubject>;

const mustBeSeconds = "must be a whole number of seconds from 1 to 31536000, a year";
const mustBeWord = "must be one word of letters, digits, - and _, of at most 64 characters";
const mustBeObject = "must be an object with a subject";

/** Body of `POST /api/admin/deny-list`. Without `forSeconds` the entry stays until it is removed. */
export const DenyRequest = z.object(
  {
    subject: DenySubject,
    forSeconds: z.int(mustBeSeconds).min(1, mustBeSeconds).max(31_536_000, mustBeSeconds).optional(),
    /** One word for the operator; no names of people. */
    reason: z
      .string(mustBeWord)
      .regex(/^[\w-]{1,64}$/, mustBeWord)
      .optional(),
  },
  mustBeObject,
);
export type DenyRequest = z.infer<typeof DenyRequest>;

/** Body of `DELETE /api/admin/deny-list`. */
export const DenyRemoval = z.object({ subject: DenySubject }, mustBeObject);
export type DenyRemoval = z.infer<typeof DenyRemoval>;

/** An entry of the deny-list; instants are ISO 8601 in UTC. */
export const DenyView = z.object({
  subject: DenySubject,
  addedAt: z.iso.datetime(),
  until: z.iso.datetime().optional(),
  reason: z.string().optional(),
});
export type DenyView = z.infer<typeof DenyView>;

/** Answer of `GET /api/admin/deny-list`. */
export const DenyViews = z.object({ entries: z.array(DenyView) });
export type DenyViews = z.infer<typeof DenyViews>;

/**
 * Answer of `POST /api/admin/deny-list`. ACS can revoke tokens of ACS users. Tokens of Teams users keep working: until the last
 * recorded one expires (`known`), or until the latest possible time if one may exist that is not recorded.
 */
export const DenyAnswer = z.object({
  entry: DenyView,
  existingTokens: z.object({
    mayLiveUntil: z.iso.datetime(),
    seconds: z.int(),
    known: z.boolean(),
    /** Requests that had begun before and may still end with a token. */
    underWay: z.int(),
    /** ACS users whose tokens were revoked, and those whose tokens are not revoked yet. */
    revoked: z.int(),
    notRevoked: z.int(),
  }),
});
export type DenyAnswer = z.infer<typeof DenyAnswer>;

/** Every error body: `application/problem+json` (RFC 9457). `type` is `/problems#<name>`, stable across releases. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  /** The error code of Azure Communication Services, only if ACS itself refused. */
  acsCode: z.string().optional(),
  /** What to consent to, only if consent is missing. */
  scopes: z.array(z.string()).optional(),
});
export type ProblemBody = z.infer<typeof ProblemBody>;

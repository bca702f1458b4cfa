// The words that server and client agree on: every request and response body of the HTTP API.
// The schemas validate and serialise at run time; the types are inferred from them, and the client imports only those.
import { z } from "zod";

/** Body of `POST /api/token/teams`. The Teams token may come in the header `teams-user-aad-token` instead. */
export const ExchangeRequest = z.object({ teamsUserToken: z.string().optional() });
export type ExchangeRequest = z.infer<typeof ExchangeRequest>;

/** An ACS access token of a Teams user. `expiresOn` is an ISO 8601 instant in UTC. */
export const ExchangeResponse = z.object({ token: z.string(), expiresOn: z.iso.datetime() });
export type ExchangeResponse = z.infer<typeof ExchangeResponse>;

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
});
export type ClientConfig = z.infer<typeof ClientConfig>;

/** Every error body: `application/problem+json` (RFC 9457). `type` is `/problems#<name>`, stable across releases. */
export const ProblemBody = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  requestId: z.string(),
  /** The error code of Azure Communication Services, only where ACS itself refused. */
  acsCode: z.string().optional(),
});
export type ProblemBody = z.infer<typeof ProblemBody>;

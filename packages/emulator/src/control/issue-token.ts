// Issues an Entra access token without a sign-in, valid or invalid in any way a test needs.

import { type Claims, forgeJwt, type HeaderOverrides } from "../crypto/jwt.ts";
import { tenantById } from "../entra/directory.ts";
import { type AccessTokenSubject, accessTokenClaims } from "../entra/entra-tokens.ts";
import type { EmulatorContext } from "../http/context.ts";
import { anyObject, check, list, object, oneOf, optional, someText, text, whole } from "../state/schema.ts";
import { findRegistration, findUser } from "./directory-entries.ts";

/** Options of `issueToken`. */
export interface IssueTokenOptions {
  /** The resource: a registration by name or client id. `api` for the server's API, `teams` for the Teams token. */
  resource: string;
  /** The user by name, object id or sign-in name. */
  user: string;
  /** The client by name or client id. Default: `spa`. */
  client?: string;
  /** Permissions in `scp`. Default: all that the resource offers; for `teams`, the two Teams permissions. */
  scopes?: string[];
  /** Replaces claims; `undefined` or `null` omits a claim. */
  claims?: Claims;
  /**
   * Replaces JOSE header members, also `alg`: `none` has no signature, `HS256` signs with the public key as the secret.
   */
  header?: HeaderOverrides;
  /** `unknown` signs with a key that is not published. Default: `current`. */
  signWith?: "current" | "unknown";
  /** Lifetime in seconds; negative for an expired token. Default: 60 to 90 minutes, like Entra. */
  expiresInSeconds?: number;
  /** The token version. Default: as the registration of the resource says. */
  version?: 1 | 2;
  /** The emulator's address in the issuer. Default: its public URL or HTTP address. */
  origin?: string;
}

const CENTURY_SECONDS = 3_155_760_000;

/** The members of `IssueTokenOptions`. */
export const issueTokenSchema = object("the token to issue", {
  resource: someText,
  user: someText,
  client: optional(someText),
  scopes: optional(list(text)),
  claims: optional(anyObject),
  header: optional(anyObject),
  signWith: optional(oneOf("current", "unknown")),
  expiresInSeconds: optional(whole(-CENTURY_SECONDS, CENTURY_SECONDS)),
  version: optional(oneOf(1, 2)),
  origin: optional(someText),
});

function defaultScopes({ resource }: AccessTokenSubject): string[] {
  return (resource.scopes ?? []).map((scope) => scope.value).filter((value) => !value.startsWith("TeamsExtension."));
}

/** @throws Error if an option is invalid or misspelt, or if the resource, the user or the client is unknown */
export async function issueToken(context: EmulatorContext, options: IssueTokenOptions): Promise<string> {
  check(issueTokenSchema, options);
  const { state } = context;
  const resource = findRegistration(state, options.resource);
  const user = findUser(state, options.user);
  const subject: AccessTokenSubject = {
    user,
    resource,
    tenant: tenantById(state, user.tenantId),
    client: findRegistration(state, options.client ?? "spa"),
    identifier: resource.identifierUris?.[0] ?? resource.appId,
    scopes: options.scopes ?? [],
    ...(options.expiresInSeconds === undefined ? {} : { lifetimeSeconds: options.expiresInSeconds }),
    ...(options.version === undefined ? {} : { version: options.version }),
  };
  if (!options.scopes) subject.scopes = defaultScopes(subject);
  const origin = options.origin ?? context.origins.public ?? context.origins.http;
  const { claims } = accessTokenClaims(context, origin, subject);
  const key = options.signWith === "unknown" ? await context.entraKeys.unknown() : await context.entraKeys.current();
  const header = claims["ver"] === "1.0" ? { x5t: key.kid } : {};
  return forgeJwt(key, { ...claims, ...options.claims }, { ...header, ...options.header });
}

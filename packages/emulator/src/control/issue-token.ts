// Issues an Entra access token without any sign-in, sound or broken in any way a test needs.

import { type Claims, forgeJwt, type HeaderOverrides } from "../crypto/jwt.ts";
import { tenantById } from "../entra/directory.ts";
import { type AccessTokenSubject, accessTokenClaims } from "../entra/entra-tokens.ts";
import type { EmulatorContext } from "../http/context.ts";
import { findRegistration, findUser } from "./directory-entries.ts";

/** What the token is to be. */
export interface IssueTokenOptions {
  /** Registration by name or app id: `api` for the server's API, `teams` for the Teams token. */
  resource: string;
  /** User by name, oid or upn. */
  user: string;
  /** Client by name or app id; `spa` by default. */
  client?: string;
  /** Permissions in `scp`; all of the resource's by default (for `teams` the two Teams ones). */
  scopes?: string[];
  /** Replaces claims; `undefined` or `null` leaves one out. */
  claims?: Claims;
  /** Replaces JOSE header members, `alg` included; `none` has no signature, `HS256` is made with the public key. */
  header?: HeaderOverrides;
  /** `unknown` signs with a key that is not published. */
  signWith?: "current" | "unknown";
  /** Negative for a token that has expired; drawn as Entra does by default. */
  expiresInSeconds?: number;
  /** The form of the claims; the resource's own by default. */
  version?: 1 | 2;
  /** The emulator's address in the issuer; its http address by default. */
  origin?: string;
}

function defaultScopes({ resource }: AccessTokenSubject): string[] {
  return (resource.scopes ?? []).map((scope) => scope.value).filter((value) => !value.startsWith("TeamsExtension."));
}

/** @throws Error when the resource, the user or the client is unknown */
export async function issueToken(context: EmulatorContext, options: IssueTokenOptions): Promise<string> {
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
  const { claims } = accessTokenClaims(context, options.origin ?? context.origins.http, subject);
  const key = options.signWith === "unknown" ? await context.entraKeys.unknown() : await context.entraKeys.current();
  const header = claims["ver"] === "1.0" ? { x5t: key.kid } : {};
  return forgeJwt(key, { ...claims, ...options.claims }, { ...header, ...options.header });
}

// What the two exchanges share that a browser calls with the user's own Entra token, without the resource's key:
// reading the token, the answer, and CORS.
import { userByOid } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, headerOf, type Operation, type OperationRequest } from "../http/operation.ts";
import type { AcsResource, User } from "../state/seed-types.ts";
import { AcsError, denied, invalidAccessToken } from "./acs-error.ts";
import { mintAcsToken } from "./acs-tokens.ts";
import { type AcsCaller, type EntraClaims, verifyEntraToken } from "./authenticate-caller.ts";

/** The real service tells resources apart by their address. The emulator has one address, for the first resource. */
export function addressedResource(context: EmulatorContext): AcsCaller {
  const [resource] = context.state.acsResources;
  if (!resource) throw denied("no ACS resource");
  return { resource };
}

/** The claims of the Entra token of the request. @throws AcsError 401 */
export async function bearerClaims(
  context: EmulatorContext,
  request: OperationRequest,
  audiences: string[],
): Promise<EntraClaims> {
  const authorization = headerOf(request, "authorization") ?? "";
  if (!authorization.startsWith("Bearer ")) throw denied("a bearer token is required");
  const verdict = await verifyEntraToken(context, authorization.slice("Bearer ".length), audiences);
  if (!verdict.ok) throw invalidAccessToken(verdict.reason);
  return verdict.value;
}

/** The user of the token. @throws AcsError 401 for an app-only token */
export function userOfToken(context: EmulatorContext, claims: EntraClaims): User {
  const user = userByOid(context.state, claims.oid ?? "");
  if (!user) throw invalidAccessToken("Entra token: no user");
  return user;
}

/** As seen on the real service: the id joins resource, tenant and user. */
const entraUserId = (resource: AcsResource, user: User): string => `acs:${resource.id}_${user.tenantId}_${user.oid}`;

/** The answer of both exchanges. */
export async function exchangedIdentity(
  context: EmulatorContext,
  caller: AcsCaller,
  claims: EntraClaims,
  user: User,
  scopes: readonly string[],
): Promise<Answer> {
  if (scopes.length === 0) {
    throw new AcsError(403, "MissingScope", "The access token carries no scope for this exchange.", { invented: true });
  }
  const skypeId = entraUserId(caller.resource, user);
  const accessToken = await mintAcsToken(context, caller, { skypeId, scopes, expiresAt: claims.exp ?? 0 });
  return { status: 200, asked: user.name, body: { identity: { id: `8:${skypeId}` }, accessToken } };
}

const anyOrigin = { "access-control-allow-origin": "*" };

/** Adds CORS: the operation with CORS headers for any origin, and its preflight operation. */
export function forBrowsers(operation: Operation): { operation: Operation; preflight: Operation } {
  const { name, path } = operation;
  return {
    operation: {
      ...operation,
      handle: async (context, request): Promise<Answer> => {
        const answer = await operation.handle(context, request);
        return { ...answer, headers: { ...answer.headers, ...anyOrigin } };
      },
    },
    preflight: {
      name,
      path,
      method: "OPTIONS",
      handle: (_world, request) => ({
        status: 204,
        headers: {
          ...anyOrigin,
          "access-control-allow-methods": operation.method,
          // A wildcard does not cover `Authorization`.
          "access-control-allow-headers": headerOf(request, "access-control-request-headers") ?? "authorization",
          "access-control-max-age": "600",
        },
      }),
    },
  };
}

// Wraps every Graph operation: bearer token, permission, error format, and the query and body formats they share.

import { errors } from "jose";
import { guid } from "../crypto/random-values.ts";
import { tenantById, userByOid } from "../entra/directory.ts";
import { verifyToken } from "../entra/verify-token.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, headerOf, jsonObjectOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { anyObject, type Schema } from "../state/schema.ts";
import type { Tenant, User } from "../state/seed-types.ts";
import { badRequest, GraphError } from "./graph-error.ts";
import { checkQuery, withQueryOptions } from "./query-options.ts";

export { badRequest, GraphError, notFound } from "./graph-error.ts";

/** The error as an answer, with the request ids that Microsoft support asks for. */
function graphErrorAnswer(context: EmulatorContext, request: OperationRequest, error: GraphError): Answer {
  const requestId = guid();
  const innerError = {
    date: new Date(context.clock.now()).toISOString().slice(0, 19),
    "request-id": requestId,
    "client-request-id": headerOf(request, "client-request-id") ?? requestId,
  };
  return {
    status: error.status,
    headers: { "request-id": requestId },
    body: { error: { code: error.code, message: error.message, innerError } },
    reason: `${error.code}: ${error.message}`,
  };
}

const AUDIENCES = [
  "https://graph.microsoft.com",
  "https://graph.microsoft.com/",
  "00000003-0000-0000-c000-000000000000",
];

/** The caller of a Graph operation. */
export interface GraphCall {
  tenant: Tenant;
  /** Absent for an application that calls without a user. */
  user: User | undefined;
  /** The client (app id) that the token was issued to. */
  clientAppId: string;
}

/** One Graph operation. */
export interface GraphOperation {
  name: string;
  method: Operation["method"];
  path: string;
  /** One of these is required, delegated or application. If the list is empty, any valid token is enough. */
  permissions: readonly string[];
  /** The properties that `$filter` may name. Default: none. */
  filters?: readonly string[];
  /** The properties that `$search` may name. Default: none. */
  searches?: readonly string[];
  /** Whether `$count=true` is supported. */
  countable?: boolean;
  handle(context: EmulatorContext, request: OperationRequest, call: GraphCall): Answer | Promise<Answer>;
}

const unauthenticated = (message: string) => new GraphError(401, "InvalidAuthenticationToken", message);

const notDelegated = () =>
  new GraphError(400, "BadRequest", "/me request is only valid with delegated authentication flow.");

async function authenticate(
  context: EmulatorContext,
  request: OperationRequest,
  { path, permissions }: GraphOperation,
): Promise<GraphCall> {
  const authorization = headerOf(request, "authorization") ?? "";
  const token = authorization.startsWith("Bearer ") ? authorization.slice("Bearer ".length) : "";
  if (!token) throw unauthenticated("Access token is empty.");
  const claims = await verifyToken(context, token, AUDIENCES, 60).catch((error: unknown) => {
    if (error instanceof errors.JWTExpired) throw unauthenticated("Lifetime validation failed, the token is expired.");
    throw unauthenticated("Access token validation failure. Invalid audience, issuer or signature.");
  });
  const user = userByOid(context.state, claims.oid ?? "");
  // Checked before permissions: an application token has no signed-in user, even with all permissions.
  if (!user && path.startsWith("/me")) throw notDelegated();
  const granted = [...(claims.scp ?? "").split(" "), ...(claims.roles ?? [])];
  if (permissions.length > 0 && !permissions.some((permission) => granted.includes(permission))) {
    throw new GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
  }
  const clientAppId = claims.appid ?? claims.azp ?? "";
  return { tenant: tenantById(context.state, claims.tid ?? ""), user, clientAppId };
}

/** Wraps an operation. */
export const graphOperation = (operation: GraphOperation): Operation => ({
  name: operation.name,
  method: operation.method,
  path: `/v1.0${operation.path}`,
  handle: async (context, request) => {
    try {
      const call = await authenticate(context, request, operation);
      checkQuery(request, operation);
      return withQueryOptions(request, await operation.handle(context, request, call));
    } catch (error) {
      if (error instanceof GraphError) return graphErrorAnswer(context, request, error);
      throw error;
    }
  },
});

/** The signed-in user. @throws GraphError for an application */
export function signedIn({ user }: GraphCall): User {
  if (!user) throw notDelegated();
  return user;
}

/**
 * The JSON body, which has no other members than those of the schema: what the emulator does not know, it refuses.
 * @throws GraphError 400 that names the member
 */
export function bodyOf(request: OperationRequest, schema: Schema = anyObject): Record<string, unknown> {
  const body = jsonObjectOf(request);
  if (!body) throw badRequest("Unable to read JSON request payload.");
  const problem = schema.problem(body, "");
  if (problem !== undefined) throw badRequest(`The emulator refuses this request: ${problem}`);
  return body;
}

/** A collection as Graph wraps it. */
export const collection = (request: OperationRequest, path: string, value: readonly object[]): Answer => ({
  status: 200,
  body: { "@odata.context": `${request.origin}/v1.0/$metadata#${path}`, value },
});

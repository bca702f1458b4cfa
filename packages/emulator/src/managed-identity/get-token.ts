// The token of a managed identity, for any process on the machine: from the instance metadata service of a virtual
// machine, or from App Service. The required headers protect against server-side request forgery.

import { rolesOfClient } from "../entra/app-roles.ts";
import { tenantById } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import { mintAccessToken } from "../entra/entra-tokens.ts";
import { readScopes } from "../entra/scopes.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, headerOf, type Operation, type OperationRequest } from "../http/operation.ts";
import type { Registration } from "../state/seed-types.ts";

const DAY_SECONDS = 86_400;

type Service = "metadata" | "appService";

const refusal = (description: string, error = "invalid_request"): Answer => ({
  status: 400,
  body: { error, error_description: description },
  reason: description,
});

const missing = (name: string) => refusal(`Required query variable '${name}' is missing`);

async function tokenFor(
  service: Service,
  context: EmulatorContext,
  identity: Registration,
  resource: string,
  origin: string,
): Promise<Answer> {
  const tenant = tenantById(context.state, identity.tenantId ?? "");
  const [target] = readScopes(context.state, identity, tenant, `${resource}/.default`).resources;
  if (!target) throw new EntraError(500011, [resource, tenant.displayName]);
  const { accessToken, lifetimeSeconds } = await mintAccessToken(context, origin, {
    tenant,
    client: identity,
    resource: target.resource,
    identifier: target.identifier,
    scopes: [],
    clientAuthentication: "assertion",
    lifetimeSeconds: DAY_SECONDS,
    roles: rolesOfClient(tenant, target.resource, identity.appId),
  });
  const now = context.clock.seconds();
  return {
    status: 200,
    asked: `${identity.displayName} for itself: ${resource}`,
    body: {
      access_token: accessToken,
      client_id: identity.appId,
      // The services send numbers as strings.
      expires_on: String(now + lifetimeSeconds),
      resource,
      token_type: "Bearer",
      ...(service === "appService"
        ? {}
        : {
            expires_in: String(lifetimeSeconds),
            ext_expires_in: String(lifetimeSeconds),
            not_before: String(now),
          }),
    },
  };
}

/** App Service gives each process a secret for its header. Any value will do here. */
function headerProblem(service: Service, request: OperationRequest): string | undefined {
  if (service === "appService")
    return headerOf(request, "x-identity-header") ? undefined : "Required X-IDENTITY-HEADER header not specified";
  return headerOf(request, "metadata") === "true" ? undefined : "Required metadata header not specified";
}

async function getToken(service: Service, context: EmulatorContext, request: OperationRequest): Promise<Answer> {
  const problem = headerProblem(service, request);
  if (problem) return refusal(problem);
  const { query, origin } = request;
  const resource = query.get("resource");
  if (!query.get("api-version")) return missing("api-version");
  if (!resource) return missing("resource");
  const identities = context.state.registrations.filter(({ managedIdentity }) => managedIdentity);
  const clientId = query.get("client_id")?.toLowerCase();
  const identity = identities.find(({ appId }) => clientId === undefined || appId === clientId);
  if (!identity) return refusal("Identity not found");
  try {
    return await tokenFor(service, context, identity, resource, origin);
  } catch (error) {
    if (error instanceof EntraError) return refusal(error.message, error.entry.error);
    throw error;
  }
}

const operation = (name: string, service: Service, path: string): Operation => ({
  name,
  method: "GET",
  path,
  handle: (context, request) => getToken(service, context, request),
});

/** The paths of the real services. The first has the address 169.254.169.254; MSAL adds a slash to any other address. */
export const managedIdentityOperations: readonly Operation[] = [
  operation("Identity_GetToken", "metadata", "/metadata/identity/oauth2/token"),
  operation("Identity_GetToken", "metadata", "/metadata/identity/oauth2/token/"),
  operation("AppService_GetToken", "appService", "/msi/token"),
];

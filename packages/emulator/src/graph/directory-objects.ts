// Finds users, applications and service principals for Graph, and shows them as Graph does. Ids compare without case.
import { rolesOf } from "../entra/app-roles.ts";
import { servicePrincipalId } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { OperationRequest } from "../http/operation.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import { applicationId, appRoleJson, scopeJson } from "./application-json.ts";
import { type GraphCall, notFound } from "./graph-operation.ts";

/** Whether two ids are the same. */
export const sameId = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const idParameter = (request: OperationRequest): string => (request.params["id"] ?? "").toLowerCase();

/** The application with the id, or `appId=…`, of the path. @throws GraphError 404 */
export function findApplication(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const id = idParameter(request);
  const app = context.state.registrations.find(
    (one) => one.tenantId === tenant.id && [applicationId(one), `appid=${one.appId}`].includes(id),
  );
  if (!app) throw notFound();
  return app;
}

/** Applications of this tenant and of Microsoft have a service principal unless the tenant lists it as missing. */
export function servicePrincipalsIn(state: State, tenant: Tenant): Registration[] {
  return state.registrations.filter(
    ({ appId, tenantId }) => (!tenantId || tenantId === tenant.id) && !tenant.missingServicePrincipals?.includes(appId),
  );
}

/** The application behind a service principal of the tenant. @param id its object id, or `appId=…` */
export const applicationOfServicePrincipal = (state: State, tenant: Tenant, id: string): Registration | undefined =>
  servicePrincipalsIn(state, tenant).find(({ appId }) =>
    [servicePrincipalId(tenant.id, appId), `appid=${appId}`].includes(id.toLowerCase()),
  );

/** The application of the service principal in the path. @throws GraphError 404 */
export function findServicePrincipal(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const app = applicationOfServicePrincipal(context.state, tenant, idParameter(request));
  if (!app) throw notFound();
  return app;
}

/** The user with this object id or sign-in name. */
export const userOf = ({ users }: State, tenant: Tenant, id: string): User | undefined =>
  users.find(({ tenantId, oid, upn }) => tenantId === tenant.id && [oid, upn].some((name) => sameId(name, id)));

/** The user in the path. @throws GraphError 404 */
export function findUser(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall): User {
  const user = userOf(context.state, tenant, idParameter(request));
  if (!user) throw notFound();
  return user;
}

/** The user object, with the members that the emulator knows. */
export function userJson({ oid, displayName, upn }: User): Record<string, unknown> {
  const [givenName = "", ...rest] = displayName.split(" ");
  return { id: oid, displayName, givenName, surname: rest.join(" "), userPrincipalName: upn, mail: upn };
}

/** The service principal object. */
export function servicePrincipalJson(tenant: Tenant, app: Registration) {
  const { appId, displayName, scopes = [], identifierUris = [], assignedUsers } = app;
  return {
    id: servicePrincipalId(tenant.id, appId),
    appId,
    displayName,
    accountEnabled: true,
    appRoleAssignmentRequired: assignedUsers !== undefined,
    servicePrincipalType: app.managedIdentity ? "ManagedIdentity" : "Application",
    tags: tenant.servicePrincipalTags?.[appId] ?? [],
    servicePrincipalNames: [...identifierUris, appId],
    appRoles: rolesOf(app).map(appRoleJson),
    oauth2PermissionScopes: scopes.map(scopeJson),
  };
}

/** A user or a service principal. */
export type Principal =
  | { type: "User"; id: string; displayName: string; json: object }
  | { type: "ServicePrincipal"; id: string; displayName: string; json: object; appId: string };

/** The user or service principal with this object id. */
export function principalOf(state: State, tenant: Tenant, id: string): Principal | undefined {
  const user = state.users.find(({ tenantId, oid }) => tenantId === tenant.id && sameId(oid, id));
  if (user) {
    const json = { "@odata.type": "#microsoft.graph.user", ...userJson(user) };
    return { type: "User", id: user.oid, displayName: user.displayName, json };
  }
  const app = applicationOfServicePrincipal(state, tenant, id);
  if (!app) return undefined;
  const principal = servicePrincipalJson(tenant, app);
  const json = { "@odata.type": "#microsoft.graph.servicePrincipal", ...principal };
  return { type: "ServicePrincipal", id: principal.id, displayName: app.displayName, json, appId: app.appId };
}

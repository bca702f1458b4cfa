// AppRoleAssignment_*: application permissions of clients, and roles of users. A resource lists who is assigned to it
// (`appRoleAssignedTo`), a client or a user what it is assigned to (`appRoleAssignments`).
import { guidFromText } from "../crypto/random-values.ts";
import { assignRole, DEFAULT_ROLE, rolesOf } from "../entra/app-roles.ts";
import { servicePrincipalId } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { object, someText } from "../state/schema.ts";
import type { AppRoleAssignment, Registration, Tenant } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import {
  applicationOfServicePrincipal,
  findServicePrincipal,
  findUser,
  type Principal,
  principalOf,
  sameId,
  servicePrincipalsIn,
} from "./directory-objects.ts";
import { badRequest, bodyOf, collection, type GraphCall, graphOperation, notFound } from "./graph-operation.ts";
import { filtered } from "./query-options.ts";

const WRITE = ["AppRoleAssignment.ReadWrite.All"];
const READ = [...WRITE, "Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All"];
const FILTERS = ["id", "principalId", "resourceId", "appRoleId", "principalType", "resourceDisplayName"];

/** An assignment. */
interface Assigned extends AppRoleAssignment {
  remove(): void;
}

/** When a seed assigned something. */
const SEED_TIME = "2024-01-01T00:00:00Z";

const without = <One>(list: readonly One[] = [], removed: One): One[] => list.filter((one) => one !== removed);

/** The assignments that the seed gives a registration: roles by client, and users who may sign in. */
function assignedBySeed(tenant: Tenant, resource: Registration): Assigned[] {
  const common = { resourceAppId: resource.appId, createdDateTime: SEED_TIME };
  const roles = rolesOf(resource);
  const clients = Object.entries(resource.appRoles ?? {}).flatMap(([clientAppId, values]) =>
    values.map((value) => ({
      ...common,
      principalId: servicePrincipalId(tenant.id, clientAppId),
      appRoleId: roles.find((role) => role.value === value)?.id ?? DEFAULT_ROLE,
      remove: () => {
        resource.appRoles = { ...resource.appRoles, [clientAppId]: without(values, value) };
      },
    })),
  );
  const users = (resource.assignedUsers ?? []).map((principalId) => ({
    ...common,
    principalId,
    appRoleId: DEFAULT_ROLE,
    remove: () => {
      resource.assignedUsers = without(resource.assignedUsers, principalId);
    },
  }));
  return [...clients, ...users];
}

function assignmentsIn(state: State, tenant: Tenant): Assigned[] {
  const added = (tenant.appRoleAssignments ?? []).map((assignment) => ({
    ...assignment,
    remove: () => {
      tenant.appRoleAssignments = without(tenant.appRoleAssignments, assignment);
    },
  }));
  return [...servicePrincipalsIn(state, tenant).flatMap((resource) => assignedBySeed(tenant, resource)), ...added];
}

/** @returns undefined if the principal or the resource does not exist any more */
function assignmentJson(
  state: State,
  tenant: Tenant,
  { resourceAppId, appRoleId, createdDateTime, ...one }: AppRoleAssignment,
) {
  const principal = principalOf(state, tenant, one.principalId);
  const resource = servicePrincipalsIn(state, tenant).find(({ appId }) => appId === resourceAppId);
  if (!principal || !resource) return undefined;
  return {
    id: guidFromText(["app role assignment", tenant.id, principal.id, resourceAppId, appRoleId].join(" ")),
    deletedDateTime: null,
    appRoleId,
    createdDateTime,
    principalDisplayName: principal.displayName,
    principalId: principal.id,
    principalType: principal.type,
    resourceDisplayName: resource.displayName,
    resourceId: servicePrincipalId(tenant.id, resourceAppId),
  };
}

/** One of the three lists. @returns the object id in the path, and the member that must be equal to it */
interface View {
  path: string;
  member: "principalId" | "resourceId";
  idOf(context: EmulatorContext, request: OperationRequest, call: GraphCall): string;
}

const idOfServicePrincipal: View["idOf"] = (context, request, call) =>
  servicePrincipalId(call.tenant.id, findServicePrincipal(context, request, call).appId);

const views: readonly View[] = [
  { path: "/servicePrincipals/:id/appRoleAssignedTo", member: "resourceId", idOf: idOfServicePrincipal },
  { path: "/servicePrincipals/:id/appRoleAssignments", member: "principalId", idOf: idOfServicePrincipal },
  {
    path: "/users/:id/appRoleAssignments",
    member: "principalId",
    idOf: (context, request, call) => findUser(context, request, call).oid,
  },
];

function listOf(context: EmulatorContext, request: OperationRequest, call: GraphCall, { member, idOf }: View) {
  const id = idOf(context, request, call);
  return assignmentsIn(context.state, call.tenant).flatMap((assigned) => {
    const json = assignmentJson(context.state, call.tenant, assigned);
    return json?.[member] === id ? [{ json, assigned }] : [];
  });
}

const schema = object("an app role assignment", { principalId: someText, resourceId: someText, appRoleId: someText });

/** @throws GraphError 400 unless the resource offers the role to such principals */
function checkRole(resource: Registration, principal: Principal, appRoleId: string): void {
  const role = rolesOf(resource).find(({ id }) => sameId(id, appRoleId));
  const member = principal.type === "User" ? "User" : "Application";
  const isOffered = role !== undefined && (role.allowedMemberTypes ?? [member]).includes(member);
  if (isOffered || appRoleId === DEFAULT_ROLE) return;
  throw badRequest(`Permission being assigned was not found on application '${resource.appId}'.`);
}

function create(context: EmulatorContext, request: OperationRequest, call: GraphCall, view: View) {
  const { member, idOf } = view;
  const id = idOf(context, request, call);
  const body = bodyOf(request, schema) as { principalId: string; resourceId: string; appRoleId: string };
  if (!sameId(body[member], id)) throw badRequest(`${member} must be the id in the path: ${id}.`);
  const { state, clock } = context;
  const { tenant } = call;
  const principal = principalOf(state, tenant, body.principalId);
  const resource = applicationOfServicePrincipal(state, tenant, body.resourceId);
  if (!principal || !resource) throw notFound();
  const appRoleId = body.appRoleId.toLowerCase();
  checkRole(resource, principal, appRoleId);
  const createdDateTime = new Date(clock.now()).toISOString();
  const assignment = { principalId: principal.id, resourceAppId: resource.appId, appRoleId, createdDateTime };
  const json = assignmentJson(state, tenant, assignment);
  if (!json) throw notFound();
  const isKnown = listOf(context, request, call, view).some((one) => one.json.id === json.id);
  if (isKnown) throw badRequest("Permission being assigned already exists on the object");
  assignRole(tenant, assignment);
  return { status: 201, asked: `${principal.displayName} at ${resource.displayName}`, body: json };
}

function find(context: EmulatorContext, request: OperationRequest, call: GraphCall, view: View) {
  const key = request.params["assignment"] ?? "";
  const found = listOf(context, request, call, view).find(({ json }) => sameId(json.id, key));
  if (!found) throw notFound();
  return found;
}

const operationsOf = (view: View): Operation[] => [
  graphOperation({
    name: "AppRoleAssignment_List",
    method: "GET",
    path: view.path,
    permissions: READ,
    filters: FILTERS,
    handle: (context, request, call) => {
      const all = listOf(context, request, call, view).map(({ json }) => json);
      return collection(request, "appRoleAssignments", filtered(request, FILTERS, all));
    },
  }),
  graphOperation({
    name: "AppRoleAssignment_Create",
    method: "POST",
    path: view.path,
    permissions: WRITE,
    handle: (context, request, call) => create(context, request, call, view),
  }),
  graphOperation({
    name: "AppRoleAssignment_Get",
    method: "GET",
    path: `${view.path}/:assignment`,
    permissions: READ,
    handle: (context, request, call) => ({ status: 200, body: find(context, request, call, view).json }),
  }),
  graphOperation({
    name: "AppRoleAssignment_Delete",
    method: "DELETE",
    path: `${view.path}/:assignment`,
    permissions: WRITE,
    handle: (context, request, call) => {
      find(context, request, call, view).assigned.remove();
      return { status: 204 };
    },
  }),
];

/** Paths under /servicePrincipals/{id}/appRoleAssignedTo, and appRoleAssignments of service principals and users. */
export const appRoleAssignments: readonly Operation[] = views.flatMap(operationsOf);

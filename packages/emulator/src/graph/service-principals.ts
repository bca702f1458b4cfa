// ServicePrincipal_*: which applications exist in a tenant. Creating one for 1fd5118e-2576-4263-8130-9503064c837a fixes
// AADSTS650052.

import { assignRole, DEFAULT_ROLE, forgetAssignments } from "../entra/app-roles.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { boolean, list, object, optional, rule, someText, text } from "../state/schema.ts";
import type { Registration } from "../state/seed-types.ts";
import { findServicePrincipal, sameId, servicePrincipalJson, servicePrincipalsIn } from "./directory-objects.ts";
import { badRequest, bodyOf, collection, type GraphCall, GraphError, graphOperation } from "./graph-operation.ts";
import { filtered } from "./query-options.ts";

const WRITE = ["Application.ReadWrite.All"];
const READ = [...WRITE, "Application.Read.All"];

const FILTERS = ["appId", "displayName", "id", "tags", "servicePrincipalNames"];

const accountEnabled = optional(rule("true, because the emulator cannot disable it", (value) => value === true));

const createSchema = object("a service principal", { appId: someText, tags: optional(list(text)), accountEnabled });

const changeSchema = object("a service principal", {
  tags: optional(list(text)),
  appRoleAssignmentRequired: optional(boolean),
  accountEnabled,
});

/** Whether only assigned users may sign in. The assignments of the seed stay. */
function requireAssignment(context: EmulatorContext, { tenant }: GraphCall, app: Registration, isRequired: boolean) {
  if (isRequired) {
    app.assignedUsers ??= [];
    return;
  }
  const createdDateTime = new Date(context.clock.now()).toISOString();
  for (const principalId of app.assignedUsers ?? []) {
    assignRole(tenant, { principalId, resourceAppId: app.appId, appRoleId: DEFAULT_ROLE, createdDateTime });
  }
  delete app.assignedUsers;
}

function change(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findServicePrincipal(context, request, call);
  const { appId } = app;
  const { tags, appRoleAssignmentRequired: isRequired } = bodyOf(request, changeSchema);
  const { tenant } = call;
  if (tags !== undefined) tenant.servicePrincipalTags = { ...tenant.servicePrincipalTags, [appId]: tags as string[] };
  if (isRequired !== undefined) requireAssignment(context, call, app, isRequired === true);
  return { status: 204 };
}

function create(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const { appId, tags } = bodyOf(request, createSchema);
  const app = context.state.registrations.find((candidate) => sameId(candidate.appId, String(appId)));
  if (!app) throw badRequest("The appId does not refer to a valid application.");
  if (servicePrincipalsIn(context.state, tenant).includes(app)) {
    const message = "The service principal cannot be created because one with the same appId exists.";
    throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);
  }
  tenant.missingServicePrincipals = tenant.missingServicePrincipals?.filter((missing) => missing !== app.appId) ?? [];
  if (Array.isArray(tags))
    tenant.servicePrincipalTags = { ...tenant.servicePrincipalTags, [app.appId]: tags.map(String) };
  return { status: 201, asked: app.displayName, body: servicePrincipalJson(tenant, app) };
}

function remove(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const { tenant } = call;
  const app = findServicePrincipal(context, request, call);
  tenant.missingServicePrincipals = [...(tenant.missingServicePrincipals ?? []), app.appId];
  const { [app.appId]: _, ...otherTags } = tenant.servicePrincipalTags ?? {};
  tenant.servicePrincipalTags = otherTags;
  delete tenant.servicePrincipalOwners?.[app.appId];
  forgetAssignments(context.state, app.appId, tenant);
  context.state.consents = context.state.consents.filter(
    ({ tenantId, clientAppId, resourceAppId }) =>
      tenantId !== tenant.id || ![clientAppId, resourceAppId].includes(app.appId),
  );
  return { status: 204 };
}

/** Paths under /servicePrincipals. */
export const servicePrincipals: readonly Operation[] = [
  graphOperation({
    name: "ServicePrincipal_List",
    method: "GET",
    path: "/servicePrincipals",
    permissions: READ,
    filters: FILTERS,
    countable: true,
    handle: (context, request, { tenant }) => {
      const all = servicePrincipalsIn(context.state, tenant).map((app) => servicePrincipalJson(tenant, app));
      return collection(request, "servicePrincipals", filtered(request, FILTERS, all));
    },
  }),
  graphOperation({
    name: "ServicePrincipal_Get",
    method: "GET",
    path: "/servicePrincipals/:id",
    permissions: READ,
    handle: (context, request, call) => ({
      status: 200,
      body: servicePrincipalJson(call.tenant, findServicePrincipal(context, request, call)),
    }),
  }),
  graphOperation({
    name: "ServicePrincipal_Update",
    method: "PATCH",
    path: "/servicePrincipals/:id",
    permissions: WRITE,
    handle: change,
  }),
  graphOperation({
    name: "ServicePrincipal_Create",
    method: "POST",
    path: "/servicePrincipals",
    permissions: WRITE,
    handle: create,
  }),
  graphOperation({
    name: "ServicePrincipal_Delete",
    method: "DELETE",
    path: "/servicePrincipals/:id",
    permissions: WRITE,
    handle: remove,
  }),
];

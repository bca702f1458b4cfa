// Application_*: app registrations of the tenant, with the members that setting up this flow needs.

import { guid } from "../crypto/random-values.ts";
import { forgetAssignments } from "../entra/app-roles.ts";
import { servicePrincipalId } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import type { Registration, Tenant } from "../state/seed-types.ts";
import { applicationJson, changeApplication } from "./application-json.ts";
import { applicationSchema } from "./application-schema.ts";
import { findApplication } from "./directory-objects.ts";
import { badRequest, bodyOf, collection, type GraphCall, graphOperation } from "./graph-operation.ts";
import { filtered } from "./query-options.ts";

const WRITE = ["Application.ReadWrite.All"];
const READ = [...WRITE, "Application.Read.All"];

const FILTERS = ["appId", "displayName", "id", "tags", "identifierUris", "signInAudience"];

function list({ state }: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const own = state.registrations.filter(({ tenantId }) => tenantId === tenant.id);
  const all = own.map((app) => applicationJson(state, app));
  return collection(request, "applications", filtered(request, FILTERS, all));
}

function create(context: EmulatorContext, request: OperationRequest, { tenant, user, clientAppId }: GraphCall) {
  const body = bodyOf(request, applicationSchema);
  if (typeof body["displayName"] !== "string") throw badRequest("Property displayName is required.");
  const appId = guid();
  const owners = [user?.oid ?? servicePrincipalId(tenant.id, clientAppId)];
  const app: Registration = { name: appId, appId, tenantId: tenant.id, displayName: body["displayName"], owners };
  changeApplication(context, app, body);
  context.state.registrations.push(app);
  // Graph creates only the application; the service principal takes a second request.
  tenant.missingServicePrincipals = [...(tenant.missingServicePrincipals ?? []), appId];
  return { status: 201, asked: app.displayName, body: applicationJson(context.state, app) };
}

/** Deleting an application also deletes its service principal. */
function forgetServicePrincipal(tenant: Tenant, appId: string): void {
  tenant.missingServicePrincipals = tenant.missingServicePrincipals?.filter((missing) => missing !== appId) ?? [];
  const { [appId]: _, ...otherTags } = tenant.servicePrincipalTags ?? {};
  tenant.servicePrincipalTags = otherTags;
  delete tenant.servicePrincipalOwners?.[appId];
}

function remove(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const { state } = context;
  const { tenant } = call;
  state.registrations = state.registrations.filter((candidate) => candidate !== app);
  state.consents = state.consents.filter(
    ({ clientAppId, resourceAppId }) => ![clientAppId, resourceAppId].includes(app.appId),
  );
  forgetServicePrincipal(tenant, app.appId);
  forgetAssignments(state, app.appId);
  return { status: 204 };
}

/** Paths under /applications. */
export const applications: readonly Operation[] = [
  graphOperation({
    name: "Application_List",
    method: "GET",
    path: "/applications",
    permissions: READ,
    filters: FILTERS,
    countable: true,
    handle: list,
  }),
  graphOperation({
    name: "Application_Create",
    method: "POST",
    path: "/applications",
    permissions: WRITE,
    handle: create,
  }),
  graphOperation({
    name: "Application_Get",
    method: "GET",
    path: "/applications/:id",
    permissions: READ,
    handle: (context, request, call) => ({
      status: 200,
      body: applicationJson(context.state, findApplication(context, request, call)),
    }),
  }),
  graphOperation({
    name: "Application_Update",
    method: "PATCH",
    path: "/applications/:id",
    permissions: WRITE,
    handle: (context, request, call) => {
      changeApplication(context, findApplication(context, request, call), bodyOf(request, applicationSchema));
      return { status: 204 };
    },
  }),
  graphOperation({
    name: "Application_Delete",
    method: "DELETE",
    path: "/applications/:id",
    permissions: WRITE,
    handle: remove,
  }),
];

// ServicePrincipal_*: which applications exist in a tenant. Creating one for 1fd5118e-2576-4263-8130-9503064c837a fixes
// AADSTS650052.

import { servicePrincipalId } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { list, object, optional, rule, someText, text } from "../state/schema.ts";
import type { Registration, Tenant } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import { scopeJson } from "./application-json.ts";
import {
  badRequest,
  bodyOf,
  collection,
  type GraphCall,
  GraphError,
  graphOperation,
  notFound,
} from "./graph-operation.ts";
import { filtered } from "./query-options.ts";

const WRITE = ["Application.ReadWrite.All"];
const READ = [...WRITE, "Application.Read.All"];

const servicePrincipalJson = (
  tenant: Tenant,
  { appId, displayName, scopes = [], identifierUris = [] }: Registration,
) => ({
  id: servicePrincipalId(tenant.id, appId),
  appId,
  displayName,
  tags: tenant.servicePrincipalTags?.[appId] ?? [],
  servicePrincipalNames: [...identifierUris, appId],
  oauth2PermissionScopes: scopes.map(scopeJson),
});

/** Applications of this tenant and of Microsoft have a service principal unless the tenant lists it as missing. */
function servicePrincipalsIn(state: State, tenant: Tenant): Registration[] {
  return state.registrations.filter(
    ({ appId, tenantId }) => (!tenantId || tenantId === tenant.id) && !tenant.missingServicePrincipals?.includes(appId),
  );
}

/** The application behind a service principal of the tenant. */
export const applicationOfServicePrincipal = (state: State, tenant: Tenant, id: string): Registration | undefined =>
  servicePrincipalsIn(state, tenant).find(({ appId }) =>
    [servicePrincipalId(tenant.id, appId), `appId=${appId}`].includes(id),
  );

const FILTERS = ["appId", "displayName", "id", "tags", "servicePrincipalNames"];

const accountEnabled = optional(rule("true, because the emulator cannot disable it", (value) => value === true));

const createSchema = object("a service principal", { appId: someText, tags: optional(list(text)), accountEnabled });

const changeSchema = object("a service principal", { tags: optional(list(text)), accountEnabled });

function find(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall): Registration {
  const app = applicationOfServicePrincipal(context.state, tenant, request.params["id"] ?? "");
  if (!app) throw notFound();
  return app;
}

function change(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const { appId } = find(context, request, call);
  const { tags } = bodyOf(request, changeSchema);
  const { tenant } = call;
  if (tags !== undefined) tenant.servicePrincipalTags = { ...tenant.servicePrincipalTags, [appId]: tags as string[] };
  return { status: 204 };
}

function create(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const { appId, tags } = bodyOf(request, createSchema);
  const app = context.state.registrations.find((candidate) => candidate.appId === appId);
  if (!app) throw badRequest("The appId does not refer to a valid application.");
  if (servicePrincipalsIn(context.state, tenant).includes(app)) {
    const message = "The service principal cannot be created because one with the same appId exists.";
    throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);
  }
  tenant.missingServicePrincipals = tenant.missingServicePrincipals?.filter((missing) => missing !== appId) ?? [];
  if (Array.isArray(tags))
    tenant.servicePrincipalTags = { ...tenant.servicePrincipalTags, [app.appId]: tags.map(String) };
  return { status: 201, asked: app.displayName, body: servicePrincipalJson(tenant, app) };
}

function remove(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const { tenant } = call;
  const app = find(context, request, call);
  tenant.missingServicePrincipals = [...(tenant.missingServicePrincipals ?? []), app.appId];
  const { [app.appId]: _, ...otherTags } = tenant.servicePrincipalTags ?? {};
  tenant.servicePrincipalTags = otherTags;
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
      body: servicePrincipalJson(call.tenant, find(context, request, call)),
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

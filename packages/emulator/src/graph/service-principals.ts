// ServicePrincipal_*: which applications exist in a tenant. Creating one for 1fd5118e-2576-4263-8130-9503064c837a fixes
// AADSTS650052.

import { servicePrincipalId } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import type { Registration, Tenant } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";
import { scopeJson } from "./application-json.ts";
import {
  badRequest,
  bodyOf,
  collection,
  filterOf,
  type GraphCall,
  GraphError,
  graphOperation,
  notFound,
} from "./graph-operation.ts";

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
  servicePrincipalsIn(state, tenant).find(({ appId }) => servicePrincipalId(tenant.id, appId) === id);

function create(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const { appId, tags } = bodyOf(request);
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

function remove(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const app = applicationOfServicePrincipal(context.state, tenant, request.params["id"] ?? "");
  if (!app) throw notFound();
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
    handle: (context, request, { tenant }) => {
      const { value } = filterOf(request, ["appId"]) ?? {};
      const matching = servicePrincipalsIn(context.state, tenant).filter(
        ({ appId }) => value === undefined || appId === value,
      );
      return collection(
        request,
        "servicePrincipals",
        matching.map((app) => servicePrincipalJson(tenant, app)),
      );
    },
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

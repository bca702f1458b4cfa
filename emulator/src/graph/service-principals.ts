// ServicePrincipal_List and _Create: which applications exist in a tenant. Creating one for
// 1fd5118e-2576-4263-8130-9503064c837a is the cure for AADSTS650052. Object ids equal app ids here.
import type { Operation } from "../http/operation.ts";
import type { Registration, Tenant } from "../model.ts";
import type { State } from "../state.ts";
import { badRequest, GraphError } from "./graph-error.ts";
import { bodyOf, collection, filterOf, graphOperation } from "./graph-operation.ts";

const PERMISSIONS = ["Application.ReadWrite.All"];

const shown = ({ appId, displayName, scopes, identifierUris }: Registration) => ({
  ...{ id: appId, appId, displayName },
  servicePrincipalNames: [...(identifierUris ?? []), appId],
  oauth2PermissionScopes: scopes ?? [],
});

/** Own and first-party applications have one unless it is said to be missing. */
function present(state: State, tenant: Tenant): Registration[] {
  return state.registrations.filter(
    ({ appId, tenantId }) => (!tenantId || tenantId === tenant.id) && !tenant.missingServicePrincipals?.includes(appId),
  );
}

/** Paths under /servicePrincipals. */
export const servicePrincipals: readonly Operation[] = [
  graphOperation({
    ...{ name: "ServicePrincipal_List", method: "GET", path: "/servicePrincipals", permissions: PERMISSIONS },
    handle: (world, request, { tenant }) => {
      const wanted = filterOf(request, "appId");
      const found = present(world.state, tenant).filter(({ appId }) => wanted === undefined || appId === wanted);
      return collection(request, "servicePrincipals", found.map(shown));
    },
  }),
  graphOperation({
    ...{ name: "ServicePrincipal_Create", method: "POST", path: "/servicePrincipals", permissions: PERMISSIONS },
    handle: (world, request, { tenant }) => {
      const { appId } = bodyOf(request);
      const app = world.state.registrations.find((candidate) => candidate.appId === appId);
      if (!app) throw badRequest("The appId does not refer to a valid application.");
      if (present(world.state, tenant).includes(app)) {
        const message = "The service principal cannot be created because one with the same appId exists.";
        throw new GraphError(409, "Request_MultipleObjectsWithSameKeyValue", message);
      }
      tenant.missingServicePrincipals = tenant.missingServicePrincipals?.filter((missing) => missing !== appId) ?? [];
      return { status: 201, asked: app.displayName, body: shown(app) };
    },
  }),
];

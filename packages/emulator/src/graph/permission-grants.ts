// OAuth2PermissionGrant_*: consents, by user or for the whole tenant.

import { guidFromText } from "../crypto/random-values.ts";
import { recordConsent } from "../entra/consent.ts";
import { servicePrincipalId, userByOid } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import type { Consent } from "../state/seed-types.ts";
import {
  badRequest,
  bodyOf,
  collection,
  filterOf,
  type GraphCall,
  graphOperation,
  notFound,
} from "./graph-operation.ts";
import { applicationOfServicePrincipal } from "./service-principals.ts";

const PATH = "/oauth2PermissionGrants";
const WRITE = ["DelegatedPermissionGrant.ReadWrite.All"];
const READ = [...WRITE, "DelegatedPermissionGrant.Read.All", "Directory.Read.All"];

const idOf = ({ tenantId, clientAppId, resourceAppId, userOid }: Consent): string =>
  guidFromText([tenantId, clientAppId, resourceAppId, userOid].join(" "));

const grantJson = (consent: Consent) => ({
  id: idOf(consent),
  clientId: servicePrincipalId(consent.tenantId, consent.clientAppId),
  consentType: consent.userOid === undefined ? "AllPrincipals" : "Principal",
  principalId: consent.userOid ?? null,
  resourceId: servicePrincipalId(consent.tenantId, consent.resourceAppId),
  scope: consent.scopes.join(" "),
});

function findGrant(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall): Consent {
  const consent = context.state.consents.find(
    (entry) => entry.tenantId === tenant.id && idOf(entry) === request.params["id"],
  );
  if (!consent) throw notFound();
  return consent;
}

function create(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const { clientId, resourceId, consentType, principalId, scope } = bodyOf(request);
  const client = applicationOfServicePrincipal(context.state, tenant, String(clientId));
  const resource = applicationOfServicePrincipal(context.state, tenant, String(resourceId));
  if (!client || !resource) throw badRequest("clientId and resourceId must name service principals.");
  const forUser = consentType === "Principal";
  if (forUser && !userByOid(context.state, String(principalId))) throw badRequest("principalId must name a user.");
  const consent: Consent = {
    tenantId: tenant.id,
    clientAppId: client.appId,
    resourceAppId: resource.appId,
    scopes: String(scope ?? "")
      .split(" ")
      .filter(Boolean),
    ...(forUser ? { userOid: String(principalId) } : {}),
  };
  recordConsent(context.state, consent);
  return { status: 201, asked: `${client.displayName} on ${resource.displayName}`, body: grantJson(consent) };
}

/** Paths under /oauth2PermissionGrants. */
export const permissionGrants: readonly Operation[] = [
  graphOperation({
    name: "OAuth2PermissionGrant_List",
    method: "GET",
    path: PATH,
    permissions: READ,
    handle: (context, request, { tenant }) => {
      const filter = filterOf(request, ["clientId", "resourceId"]);
      const own = context.state.consents.filter(({ tenantId }) => tenantId === tenant.id).map(grantJson);
      const matching = own.filter((grant) => {
        return !filter || grant[filter.property === "clientId" ? "clientId" : "resourceId"] === filter.value;
      });
      return collection(request, "oauth2PermissionGrants", matching);
    },
  }),
  graphOperation({
    name: "OAuth2PermissionGrant_Create",
    method: "POST",
    path: PATH,
    permissions: WRITE,
    handle: create,
  }),
  graphOperation({
    name: "OAuth2PermissionGrant_Delete",
    method: "DELETE",
    path: `${PATH}/:id`,
    permissions: WRITE,
    handle: (context, request, call) => {
      const consent = findGrant(context, request, call);
      context.state.consents = context.state.consents.filter((entry) => entry !== consent);
      return { status: 204 };
    },
  }),
];

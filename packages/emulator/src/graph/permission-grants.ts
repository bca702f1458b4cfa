// OAuth2PermissionGrant_*: consents, by user or for the whole tenant.

import { guidFromText } from "../crypto/random-values.ts";
import { recordConsent } from "../entra/consent.ts";
import { registrationById, servicePrincipalId } from "../entra/directory.ts";
import { permissionOf } from "../entra/scopes.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { nullable, object, oneOf, optional, text } from "../state/schema.ts";
import type { Consent, Registration } from "../state/seed-types.ts";
import { applicationOfServicePrincipal, sameId, userOf } from "./directory-objects.ts";
import { badRequest, bodyOf, collection, type GraphCall, graphOperation, notFound } from "./graph-operation.ts";
import { filtered } from "./query-options.ts";

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
    (entry) => entry.tenantId === tenant.id && sameId(idOf(entry), request.params["id"] ?? ""),
  );
  if (!consent) throw notFound();
  return consent;
}

const FILTERS = ["id", "clientId", "resourceId", "consentType", "principalId"];

const grantSchema = object("a grant", {
  clientId: text,
  resourceId: text,
  consentType: oneOf("AllPrincipals", "Principal"),
  principalId: optional(nullable(text)),
  scope: text,
});

/** Permissions in the spelling of the resource. Graph also stores those that the resource does not have. */
const scopesOf = (scope: unknown, resource: Registration | undefined): string[] =>
  String(scope)
    .split(" ")
    .filter(Boolean)
    .map((value) => (resource && permissionOf(resource, value)?.value) ?? value);

function create(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const { clientId, resourceId, consentType, principalId, scope } = bodyOf(request, grantSchema);
  const client = applicationOfServicePrincipal(context.state, tenant, String(clientId));
  const resource = applicationOfServicePrincipal(context.state, tenant, String(resourceId));
  if (!client || !resource) throw badRequest("clientId and resourceId must name service principals.");
  const forUser = consentType === "Principal";
  const user = userOf(context.state, tenant, String(principalId));
  if (forUser && !user) throw badRequest("principalId must name a user.");
  const consent: Consent = {
    tenantId: tenant.id,
    clientAppId: client.appId,
    resourceAppId: resource.appId,
    scopes: scopesOf(scope, resource),
    ...(forUser && user ? { userOid: user.oid } : {}),
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
    filters: FILTERS,
    handle: (context, request, { tenant }) => {
      const own = context.state.consents.filter(({ tenantId }) => tenantId === tenant.id).map(grantJson);
      return collection(request, "oauth2PermissionGrants", filtered(request, FILTERS, own));
    },
  }),
  graphOperation({
    name: "OAuth2PermissionGrant_Get",
    method: "GET",
    path: `${PATH}/:id`,
    permissions: READ,
    handle: (context, request, call) => ({ status: 200, body: grantJson(findGrant(context, request, call)) }),
  }),
  graphOperation({
    name: "OAuth2PermissionGrant_Update",
    method: "PATCH",
    path: `${PATH}/:id`,
    permissions: WRITE,
    handle: (context, request, call) => {
      const { scope } = bodyOf(request, object("a grant", { scope: text }));
      const grant = findGrant(context, request, call);
      grant.scopes = scopesOf(scope, registrationById(context.state, grant.resourceAppId));
      return { status: 204 };
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

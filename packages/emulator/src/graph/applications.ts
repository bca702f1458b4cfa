// Application_*: app registrations of the tenant, with the members that setting up this flow needs.

import { guid, opaqueSecret } from "../crypto/random-values.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Operation, OperationRequest } from "../http/operation.ts";
import { nullable, object, optional, text } from "../state/schema.ts";
import type { Registration, Tenant } from "../state/seed-types.ts";
import {
  applicationId,
  applicationJson,
  applicationSchema,
  changeApplication,
  passwordJson,
} from "./application-json.ts";
import { badRequest, bodyOf, collection, type GraphCall, graphOperation, notFound } from "./graph-operation.ts";
import { filtered } from "./query-options.ts";

const WRITE = ["Application.ReadWrite.All"];
const READ = [...WRITE, "Application.Read.All"];

function findApplication(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall): Registration {
  const id = request.params["id"] ?? "";
  const app = context.state.registrations.find(
    (one) => (applicationId(one) === id || `appId=${one.appId}` === id) && one.tenantId === tenant.id,
  );
  if (!app) throw notFound();
  return app;
}

const FILTERS = ["appId", "displayName", "id", "tags", "identifierUris", "signInAudience"];

function list({ state }: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const own = state.registrations.filter(({ tenantId }) => tenantId === tenant.id);
  const all = own.map((app) => applicationJson(state, app));
  return collection(request, "applications", filtered(request, FILTERS, all));
}

const YEARS = 2;
const passwordMembers = object("passwordCredential", {
  displayName: optional(nullable(text)),
  startDateTime: optional(nullable(text)),
  endDateTime: optional(nullable(text)),
});

/** Secrets of the emulator never expire. The dates of the request are only returned. */
function addPassword(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const members = object("the request", { passwordCredential: optional(passwordMembers) });
  const { passwordCredential = {} } = bodyOf(request, members);
  const secretText = opaqueSecret().slice(0, 40);
  app.secrets = [...(app.secrets ?? []), secretText];
  const { displayName = null, startDateTime, endDateTime } = passwordCredential as Record<string, string | null>;
  const now = new Date(context.clock.now());
  const end = new Date(now);
  end.setUTCFullYear(end.getUTCFullYear() + YEARS);
  const dates = { startDateTime: startDateTime ?? now.toISOString(), endDateTime: endDateTime ?? end.toISOString() };
  const body = { ...passwordJson(secretText), displayName, secretText, ...dates };
  return { status: 200, asked: app.displayName, body };
}

function removePassword(context: EmulatorContext, request: OperationRequest, call: GraphCall) {
  const app = findApplication(context, request, call);
  const { keyId } = bodyOf(request, object("the request", { keyId: text }));
  const remaining = (app.secrets ?? []).filter((secret) => passwordJson(secret).keyId !== keyId);
  if (remaining.length === app.secrets?.length || !app.secrets)
    throw badRequest("No password credential found with keyId.");
  app.secrets = remaining;
  return { status: 204 };
}

function create(context: EmulatorContext, request: OperationRequest, { tenant }: GraphCall) {
  const body = bodyOf(request, applicationSchema);
  if (typeof body["displayName"] !== "string") throw badRequest("Property displayName is required.");
  const appId = guid();
  const app: Registration = { name: appId, appId, tenantId: tenant.id, displayName: body["displayName"] };
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
  graphOperation({
    name: "Application_AddPassword",
    method: "POST",
    path: "/applications/:id/addPassword",
    permissions: WRITE,
    handle: addPassword,
  }),
  graphOperation({
    name: "Application_RemovePassword",
    method: "POST",
    path: "/applications/:id/removePassword",
    permissions: WRITE,
    handle: removePassword,
  }),
];

// Application_*: registrations of the tenant, as far as setting up this flow needs. Object ids equal app ids here.
import type { Operation, OperationRequest } from "../http/operation.ts";
import type { Registration } from "../model.ts";
import { guid } from "../random.ts";
import type { World } from "../world.ts";
import { badRequest, notFound } from "./graph-error.ts";
import { bodyOf, collection, filterOf, type GraphCall, graphOperation } from "./graph-operation.ts";

const PERMISSIONS = ["Application.ReadWrite.All"];

function shown(state: World["state"], app: Registration): object {
  const required = Object.entries(app.requiredPermissions ?? {}).map(([resourceAppId, values]) => {
    const resource = state.registrations.find((candidate) => candidate.appId === resourceAppId);
    const ids = (resource?.scopes ?? [])
      .filter(({ value }) => values.includes(value))
      .map(({ id }) => ({ id, type: "Scope" }));
    return { resourceAppId, resourceAccess: ids };
  });
  return {
    ...{ id: app.appId, appId: app.appId, displayName: app.displayName },
    signInAudience: app.multiTenant ? "AzureADMultipleOrgs" : "AzureADMyOrg",
    identifierUris: app.identifierUris ?? [],
    spa: { redirectUris: app.redirectUris?.spa ?? [] },
    web: { redirectUris: app.redirectUris?.web ?? [], logoutUrl: app.logoutUrl ?? null },
    publicClient: { redirectUris: app.redirectUris?.desktop ?? [] },
    isFallbackPublicClient: app.publicClientFlows ?? false,
    requiredResourceAccess: required,
    api: {
      requestedAccessTokenVersion: app.accessTokenAcceptedVersion ?? null,
      oauth2PermissionScopes: app.scopes ?? [],
    },
  };
}

const redirects = (value: unknown): string[] => {
  const uris = (value as { redirectUris?: unknown } | undefined)?.redirectUris;
  return Array.isArray(uris) ? uris.map(String) : [];
};

function requiredPermissions(world: World, value: unknown): Record<string, string[]> {
  const list = Array.isArray(value) ? (value as { resourceAppId: string; resourceAccess?: { id: string }[] }[]) : [];
  return Object.fromEntries(
    list.map(({ resourceAppId, resourceAccess = [] }) => {
      const scopes = world.state.registrations.find(({ appId }) => appId === resourceAppId)?.scopes ?? [];
      const ids = resourceAccess.map(({ id }) => id);
      return [resourceAppId, scopes.filter(({ id }) => ids.includes(id)).map(({ value: name }) => name)];
    }),
  );
}

/** The members that Graph names, in the terms of a registration. */
function changes(world: World, body: Record<string, unknown>): Partial<Registration> {
  const has = (name: string) => body[name] !== undefined;
  const { displayName, signInAudience, identifierUris, isFallbackPublicClient } = body;
  return {
    ...(has("displayName") ? { displayName: String(displayName) } : {}),
    ...(has("signInAudience") ? { multiTenant: signInAudience === "AzureADMultipleOrgs" } : {}),
    ...(Array.isArray(identifierUris) ? { identifierUris: identifierUris.map(String) } : {}),
    ...(has("isFallbackPublicClient") ? { publicClientFlows: isFallbackPublicClient === true } : {}),
    ...(has("requiredResourceAccess")
      ? { requiredPermissions: requiredPermissions(world, body["requiredResourceAccess"]) }
      : {}),
  };
}

function changedRedirects(app: Registration, body: Record<string, unknown>): Registration["redirectUris"] {
  return {
    ...app.redirectUris,
    ...(body["spa"] ? { spa: redirects(body["spa"]) } : {}),
    ...(body["web"] ? { web: redirects(body["web"]) } : {}),
    ...(body["publicClient"] ? { desktop: redirects(body["publicClient"]) } : {}),
  };
}

function named(world: World, request: OperationRequest, { tenant }: GraphCall): Registration {
  const wanted = request.params["id"];
  const app = world.state.registrations.find(({ appId, tenantId }) => appId === wanted && tenantId === tenant.id);
  if (!app) throw notFound();
  return app;
}

function create(world: World, request: OperationRequest, { tenant }: GraphCall) {
  const body = bodyOf(request);
  if (typeof body["displayName"] !== "string") throw badRequest("Property displayName is required.");
  const appId = guid();
  const app: Registration = { name: appId, appId, tenantId: tenant.id, displayName: body["displayName"] };
  Object.assign(app, changes(world, body), { redirectUris: changedRedirects(app, body) });
  world.state.registrations.push(app);
  return { status: 201, asked: app.displayName, body: shown(world.state, app) };
}

/** Paths under /applications. */
export const applications: readonly Operation[] = [
  graphOperation({
    ...{ name: "Application_List", method: "GET", path: "/applications", permissions: PERMISSIONS },
    handle: (world, request, { tenant }) => {
      const wanted = filterOf(request, "appId");
      const own = world.state.registrations.filter(({ tenantId }) => tenantId === tenant.id);
      const found = own.filter(({ appId }) => wanted === undefined || appId === wanted);
      return collection(
        request,
        "applications",
        found.map((app) => shown(world.state, app)),
      );
    },
  }),
  graphOperation({
    ...{ name: "Application_Create", method: "POST", path: "/applications", permissions: PERMISSIONS },
    handle: create,
  }),
  graphOperation({
    ...{ name: "Application_Get", method: "GET", path: "/applications/:id", permissions: PERMISSIONS },
    handle: (world, request, call) => ({ status: 200, body: shown(world.state, named(world, request, call)) }),
  }),
  graphOperation({
    ...{ name: "Application_Update", method: "PATCH", path: "/applications/:id", permissions: PERMISSIONS },
    handle: (world, request, call) => {
      const app = named(world, request, call);
      const body = bodyOf(request);
      Object.assign(app, changes(world, body), { redirectUris: changedRedirects(app, body) });
      return { status: 204 };
    },
  }),
  graphOperation({
    ...{ name: "Application_Delete", method: "DELETE", path: "/applications/:id", permissions: PERMISSIONS },
    handle: (world, request, call) => {
      const app = named(world, request, call);
      const { state } = world;
      state.registrations = state.registrations.filter((candidate) => candidate !== app);
      state.consents = state.consents.filter(
        ({ clientAppId, resourceAppId }) => ![clientAppId, resourceAppId].includes(app.appId),
      );
      return { status: 204 };
    },
  }),
];

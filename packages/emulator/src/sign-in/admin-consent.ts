// GET /{tenant}/adminconsent: an administrator consents for the whole tenant.

import { assignRole, rolesOf } from "../entra/app-roles.ts";
import { expandDefaultScope, recordConsent } from "../entra/consent.ts";
import { recipientOf, servicePrincipalId, tenantById, userByUpn } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import { platformOf } from "../entra/redirect-uri.ts";
import { type RequestedResource, readScopes } from "../entra/scopes.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { formTarget, html, page } from "../pages/html-page.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import { errorPage } from "./authorize-response.ts";
import { banner, permissionList } from "./sign-in-pages.ts";
import { beginForm, endForm } from "./sign-in-session.ts";

const PAGE = "adminconsent";

interface AdminRequest {
  tenant: Tenant | undefined;
  client: Registration;
  redirectUri: string | undefined;
  resources: RequestedResource[];
}

/** If there is no `scope`, the request is for the permissions listed in the registration. */
function readAdminRequest(context: EmulatorContext, request: OperationRequest): AdminRequest {
  const { tenant, client } = recipientOf(context.state, request.params["tenant"] ?? "", request.query.get("client_id"));
  const redirectUri = request.query.get("redirect_uri") ?? undefined;
  if (redirectUri !== undefined) platformOf(client, redirectUri);
  const registered = Object.keys(client.requiredPermissions ?? {}).map((appId) => `${appId}/.default`);
  const scope = request.query.get("scope") ?? registered.join(" ");
  return { tenant, client, redirectUri, resources: readScopes(context.state, client, tenant, scope).resources };
}

function showPage(context: EmulatorContext, request: OperationRequest): Answer {
  const { tenant, client, redirectUri, resources } = readAdminRequest(context, request);
  const users = context.state.users.filter((user) => !tenant || user.tenantId === tenant.id);
  const choices = users.map(
    (user) =>
      html`<button class="account" name="account" value="${user.upn}">${user.displayName}${user.admin ? " (administrator)" : ""}<small>${user.upn}</small></button>`,
  );
  return page(
    {
      title: "Permissions requested: review for your organization",
      formTargets: redirectUri ? [formTarget(redirectUri)] : [],
    },
    html`<h1>Permissions requested<br><small>Review for your organization</small></h1>
<p><strong>${client.displayName}</strong> would like to, for every user of ${tenant?.displayName ?? "your organization"}:</p>
<ul>${permissionList(client, resources)}</ul>
${banner}
<form method="post"><input type="hidden" name="ctx" value="${beginForm(context, PAGE)}"><h2>Accept as</h2>${choices}<div class="row"><button name="cancel" value="yes">Cancel</button></div></form>`,
  );
}

function redirectOrPage(
  request: OperationRequest,
  redirectUri: string | undefined,
  values: Record<string, string>,
): Answer {
  const state = request.query.get("state");
  const all = new URLSearchParams({ ...values, ...(state === null ? {} : { state }) });
  if (redirectUri !== undefined) {
    return { status: 302, headers: { location: `${redirectUri}${redirectUri.includes("?") ? "&" : "?"}${all}` } };
  }
  const { error_description: problem } = values;
  return page(
    { title: "Admin consent", status: problem ? 400 : 200 },
    problem ? html`<h1>Consent was not granted</h1><p class="error">${problem}</p>` : html`<h1>Consent granted</h1>`,
  );
}

function grant(context: EmulatorContext, { client, resources }: AdminRequest, admin: User): void {
  for (const requested of resources) {
    const scopes = expandDefaultScope(client, requested);
    const parties = { tenantId: admin.tenantId, clientAppId: client.appId, resourceAppId: requested.resource.appId };
    recordConsent(context.state, { ...parties, scopes });
  }
  const tenant = tenantById(context.state, admin.tenantId);
  const principalId = servicePrincipalId(tenant.id, client.appId);
  const createdDateTime = new Date(context.clock.now()).toISOString();
  for (const [resourceAppId, values] of Object.entries(client.requiredRoles ?? {})) {
    const resource = context.state.registrations.find(({ appId }) => appId === resourceAppId);
    for (const { id: appRoleId } of resource ? rolesOf(resource).filter(({ value }) => values.includes(value)) : []) {
      assignRole(tenant, { principalId, resourceAppId, appRoleId, createdDateTime });
    }
  }
}

function recordDecision(context: EmulatorContext, request: OperationRequest): Answer {
  const asked = readAdminRequest(context, request);
  const form = formOf(request);
  endForm(context, request, form.get("ctx"), PAGE);
  const user = userByUpn(context.state, form.get("account") ?? "");
  const refusal = form.has("cancel")
    ? new EntraError(65004)
    : user?.admin
      ? undefined
      : new EntraError(90094, [asked.tenant?.displayName ?? "Your organization", asked.client.displayName]);
  if (refusal || !user) {
    const error = refusal ?? new EntraError(65004);
    const values = { error: error.entry.authorizeError ?? error.entry.error, error_description: error.message };
    return { ...redirectOrPage(request, asked.redirectUri, values), reason: error.message };
  }
  grant(context, asked, user);
  const values = { admin_consent: "True", tenant: user.tenantId };
  return {
    ...redirectOrPage(request, asked.redirectUri, values),
    asked: `${asked.client.displayName} by ${user.name}`,
  };
}

const adminConsentOperation = (method: "GET" | "POST", path: string, work: typeof showPage): Operation => ({
  name: "adminconsent",
  method,
  path,
  handle: (context, request) => {
    try {
      return work(context, request);
    } catch (error) {
      if (error instanceof EntraError) return errorPage(context, request, error);
      throw error;
    }
  },
});

/** The page and its form, at the v1 and the v2 address. */
export const adminConsent: readonly Operation[] = ["/:tenant/adminconsent", "/:tenant/v2.0/adminconsent"].flatMap(
  (path) => [adminConsentOperation("GET", path, showPage), adminConsentOperation("POST", path, recordDecision)],
);

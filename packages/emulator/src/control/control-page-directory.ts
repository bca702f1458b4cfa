// The directory on the control page: tenants, users with their licences, registrations, consents, settings.
import { hasTeamsPlan } from "../acs/exchange-teams-user-access-token.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Html, html } from "../pages/html-page.ts";
import type { Consent, Tenant, User } from "../state/seed-types.ts";

const TEAMS_PLAN = "TEAMS1";

const body = (kind: string, value: object): string => JSON.stringify({ kind, value });

/** A table that scrolls on narrow screens. @param id of the heading that names it */
export function table(id: string, heads: readonly string[], rows: readonly Html[]): Html {
  if (rows.length === 0) return html`<p class="quiet">None.</p>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-labelledby="${id}"><table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`;
}

function tenantRow(tenant: Tenant): Html {
  const allowed = tenant.userConsentDisabled !== true;
  const change = body("tenants", { id: tenant.id, userConsentDisabled: allowed });
  return html`<tr><td>${tenant.displayName}<br><small class="quiet">${tenant.domain}</small></td><td><code>${tenant.id}</code></td>
<td>${allowed ? "Users can consent." : "Only administrators can consent."}<br><button id="consent-${tenant.name}" data-action="put" data-body="${change}">${allowed ? "Disable" : "Enable"} user consent in ${tenant.displayName}</button></td></tr>`;
}

function userRow(user: User): Html {
  const licensed = hasTeamsPlan(user);
  const servicePlans = licensed
    ? user.servicePlans.filter((plan) => !hasTeamsPlan({ ...user, servicePlans: [plan] }))
    : [...user.servicePlans, TEAMS_PLAN];
  return html`<tr><td>${user.displayName}${user.admin ? " (administrator)" : ""}<br><small class="quiet">${user.upn}</small></td><td><code>${user.oid}</code></td>
<td>${licensed ? "Has a Teams licence." : "No Teams licence."}<br><button id="licence-${user.name}" data-action="put" data-body="${body("users", { oid: user.oid, servicePlans })}" aria-label="${licensed ? "Remove" : "Add"} licence of ${user.name}">${licensed ? "Remove" : "Add"} licence</button></td></tr>`;
}

function consentRow({ state }: EmulatorContext, consent: Consent, index: number): Html {
  const app = (appId: string) =>
    state.registrations.find((registration) => registration.appId === appId)?.name ?? appId;
  const who = state.users.find((user) => user.oid === consent.userOid)?.name ?? "everyone";
  return html`<tr><td>${app(consent.clientAppId)}</td><td>${app(consent.resourceAppId)}: ${consent.scopes.join(", ")}</td>
<td>${who}<br><button id="withdraw-${index}" data-action="remove" data-body="${body("consents", consent)}">Withdraw consent ${index + 1}</button></td></tr>`;
}

function cookieSetting({ state }: EmulatorContext): Html {
  const blocked = state.settings.blockThirdPartyCookies;
  return html`<p>Third-party cookies are ${blocked ? "blocked" : "allowed"} in iframes.
<button id="cookies" data-action="settings" data-body="${JSON.stringify({ blockThirdPartyCookies: !blocked })}">${blocked ? "Allow" : "Block"} third-party cookies</button></p>`;
}

const entryForm: Html = html`<form data-action="put">
<label for="d-kind">Add or change one of</label><select id="d-kind" name="kind"><option>users</option><option>tenants</option><option>registrations</option><option>consents</option><option>acsResources</option><option>meetings</option></select>
<label for="d-value">Entry (JSON, same format as the seed file). An existing id updates that entry.</label><textarea id="d-value" name="value" data-type="json">{}</textarea>
<div class="row"><button>Save entry</button></div></form>`;

/** All sections of the directory. */
export function directorySections(context: EmulatorContext): Html {
  const { tenants, users, registrations, consents } = context.state;
  const apps = registrations.map(
    ({ name, displayName, appId }) =>
      html`<tr><td>${displayName}<br><small class="quiet">${name}</small></td><td><code>${appId}</code></td></tr>`,
  );
  return html`<section aria-labelledby="tenants"><h2 id="tenants">Tenants</h2>${table("tenants", ["Tenant", "Id", "Consent"], tenants.map(tenantRow))}${cookieSetting(context)}</section>
<section aria-labelledby="users"><h2 id="users">Users</h2>${table("users", ["User", "Object id", "Teams licence"], users.map(userRow))}</section>
<section aria-labelledby="consents"><h2 id="consents">Consents</h2>${table(
    "consents",
    ["Client", "Permissions", "For"],
    consents.map((consent, index) => consentRow(context, consent, index)),
  )}</section>
<section aria-labelledby="apps"><h2 id="apps">Registrations</h2>${table("apps", ["Application", "Client id"], apps)}${entryForm}</section>`;
}

// Service principals and consents: what the tenant's administrator has agreed to.
import { type Application, acsAppId, teamsPermissions } from "../../graph/objects.ts";
import { type Check, configOf, directoryOf, type Examined, type Finding } from "./check.ts";
import type { ClientRegistration, Registrations } from "./registrations.ts";

const nameOf = ({ application, clientId }: ClientRegistration) =>
  application ? `"${application.displayName}"` : clientId;

const acsPrincipalMissing: Finding = {
  id: "acs-service-principal-missing",
  what: `The tenant has no service principal of Azure Communication Services (${acsAppId}).`,
  why: "Its two permissions can then be neither found nor consented to (AADSTS650052).",
  remedy: `npx teams-token-exchange register; or az ad sp create --id ${acsAppId}; or New-MgServicePrincipal -AppId ${acsAppId}`,
};

/** The permissions of one resource that are granted to everyone in the tenant. */
function grantedToAll({ grants }: ClientRegistration, resourceId: string | undefined): string[] {
  return grants
    .filter((grant) => grant.consentType === "AllPrincipals" && grant.resourceId === resourceId)
    .flatMap(({ scope }) => scope.split(" "));
}

function teamsConsent(client: ClientRegistration, { acsPrincipal }: Registrations, consentUrl: string): Finding[] {
  const granted = grantedToAll(client, acsPrincipal?.id);
  const lacking = Object.keys(teamsPermissions).filter((name) => !granted.includes(name));
  if (lacking.length === 0) return [];
  const isPart = lacking.length < Object.keys(teamsPermissions).length;
  return [
    {
      id: isPart ? "consent-incomplete" : "consent-missing",
      what: isPart
        ? `An administrator has consented for ${nameOf(client)}, but not to ${lacking.join(", ")}.`
        : `No administrator has consented to ${lacking.join(" and ")} for ${nameOf(client)}.`,
      why: "Users get no Teams token, or one that the exchange refuses (AADSTS65001, 403 teams-token-scope-missing).",
      remedy: `A Global, Application or Cloud Application Administrator opens ${consentUrl}`,
    },
  ];
}

function isPreAuthorized({ api, appId: _ }: Application, clientId: string): boolean {
  const scopeId = api.oauth2PermissionScopes.find(({ value }) => value === "access_as_user")?.id ?? "";
  return api.preAuthorizedApplications.some(
    (entry) => entry.appId === clientId && entry.delegatedPermissionIds.includes(scopeId),
  );
}

function apiConsent(client: ClientRegistration, { api, apiPrincipal }: Registrations): Finding[] {
  if (!api || !apiPrincipal || isPreAuthorized(api, client.clientId)) return [];
  if (grantedToAll(client, apiPrincipal.id).includes("access_as_user")) return [];
  return [
    {
      id: "pre-authorisation-missing",
      what: `${nameOf(client)} is neither pre-authorised by "${api.displayName}" nor consented to for everyone.`,
      why: "Every user is asked for consent. If users may not consent, nobody can sign in (AADSTS65001, AADSTS90094).",
      remedy: `Entra admin center → App registrations → ${api.displayName} → Expose an API → Add a client application: ${client.clientId}, access_as_user. Or: npx teams-token-exchange register`,
    },
  ];
}

function run(examined: Examined): Finding[] {
  const { entra } = configOf(examined);
  const { registrations } = directoryOf(examined);
  const findings = registrations.acsPrincipal ? [] : [acsPrincipalMissing];
  for (const client of registrations.clients) {
    const isRegistered = client.application !== undefined;
    const consentUrl = `${entra.authority}/${entra.tenantId}/adminconsent?client_id=${client.clientId}`;
    if (isRegistered && !client.principal) {
      findings.push({
        id: "client-service-principal-missing",
        what: `${nameOf(client)} has no service principal in this tenant.`,
        why: "Nothing can be granted to it.",
        remedy: `az ad sp create --id ${client.clientId}; or npx teams-token-exchange register`,
      });
    }
    if (!client.principal) continue;
    // Without ACS's service principal there is nothing to consent to: that is the one cause to name.
    if (registrations.acsPrincipal) findings.push(...teamsConsent(client, registrations, consentUrl));
    findings.push(...apiConsent(client, registrations));
  }
  return findings;
}

/** Service principals and consents. */
export const consent: Check = { name: "consent", needs: "directory", run };

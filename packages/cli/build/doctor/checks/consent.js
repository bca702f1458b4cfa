// Service principals and consents: what the tenant's administrator has agreed to.
import { acsAppId, teamsPermissions } from "../../graph/objects.js";
import { configOf, directoryOf } from "../finding.js";
const nameOf = ({ application, clientId }) => application ? `"${application.displayName}"` : clientId;
const acsPrincipalMissing = {
    id: "acs-service-principal-missing",
    what: `The tenant has no service principal of Azure Communication Services (${acsAppId}).`,
    why: "Its two permissions can then be neither found nor consented to (AADSTS650052).",
    remedy: `npm run register; or az ad sp create --id ${acsAppId}; or New-MgServicePrincipal -AppId ${acsAppId}`,
};
/** What everybody in the tenant has, of one resource. */
function grantedToAll({ grants }, resourceId) {
    return grants
        .filter((grant) => grant.consentType === "AllPrincipals" && grant.resourceId === resourceId)
        .flatMap(({ scope }) => scope.split(" "));
}
function teamsConsent(client, { acsPrincipal }, consentUrl) {
    const granted = grantedToAll(client, acsPrincipal?.id);
    const lacking = Object.keys(teamsPermissions).filter((name) => !granted.includes(name));
    if (lacking.length === 0)
        return [];
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
function isPreAuthorized({ api, appId: _ }, clientId) {
    const scopeId = api.oauth2PermissionScopes.find(({ value }) => value === "access_as_user")?.id ?? "";
    return api.preAuthorizedApplications.some((entry) => entry.appId === clientId && entry.delegatedPermissionIds.includes(scopeId));
}
function apiConsent(client, { api, apiPrincipal }) {
    if (!api || !apiPrincipal || isPreAuthorized(api, client.clientId))
        return [];
    if (grantedToAll(client, apiPrincipal.id).includes("access_as_user"))
        return [];
    return [
        {
            id: "pre-authorisation-missing",
            what: `${nameOf(client)} is neither pre-authorised by "${api.displayName}" nor consented to for everybody.`,
            why: "Every user is asked for consent, and where users may not consent, nobody gets in (AADSTS65001, AADSTS90094).",
            remedy: `Entra admin center → App registrations → ${api.displayName} → Expose an API → Add a client application: ${client.clientId}, access_as_user. Or: npm run register`,
        },
    ];
}
function run(examined) {
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
                remedy: `az ad sp create --id ${client.clientId}; or npm run register`,
            });
        }
        if (!client.principal)
            continue;
        // Without ACS's service principal there is nothing to consent to: that is the one cause to name.
        if (registrations.acsPrincipal)
            findings.push(...teamsConsent(client, registrations, consentUrl));
        findings.push(...apiConsent(client, registrations));
    }
    return findings;
}
/** Service principals and consents. */
export const consent = { name: "consent", needs: "directory", run };

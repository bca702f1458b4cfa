/** The delegated scope that the API exposes. */
export const exposedScope = {
    // Always the same, so that a second run knows its own work; scope ids must be unique within one application only.
    id: "6f3b5a1e-52c4-4d0e-9a67-3c1d8be40a11",
    value: "access_as_user",
    type: "User",
    isEnabled: true,
    adminConsentDisplayName: "Exchange Teams tokens",
    adminConsentDescription: "Lets the app exchange the signed-in user's Teams token for a token of Azure Communication Services.",
    userConsentDisplayName: "Exchange your Teams token",
    userConsentDescription: "Lets the app exchange your Teams token for a token of Azure Communication Services.",
};
/** The optional claim by which the API learns whether its client understands claims challenges. */
export const capabilitiesClaim = { name: "xms_cc", source: null, essential: false, additionalProperties: [] };
/** The page itself and the bridge that MSAL needs beside it. */
export function redirectUrisOf(page) {
    return [page.href, new URL("/redirect.html", page).href];
}
/**
 * Describes a deployment.
 * @param instance its name: letters, digits and dashes; one tenant can hold several
 */
export function describeWanted(instance, pages) {
    const suffix = instance === "default" ? "" : ` (${instance})`;
    const tag = (role) => `teams-token-exchange:${instance}:${role}`;
    return {
        names: { api: `Teams Token Exchange API${suffix}`, client: `Teams Token Exchange Client${suffix}` },
        tags: { api: tag("api"), client: tag("client"), acs: tag("acs") },
        redirectUris: [...new Set(pages.flatMap(redirectUrisOf))],
    };
}

import { isGuid } from "@teams-token-exchange/rules/explain";
const ids = (list) => (list ?? "")
    .split(",")
    .map((id) => id.trim().toLowerCase())
    .filter(isGuid);
/** Every setting that can be read; a bad one counts as not there, because doctor is who judges settings. */
export function knownRules(env) {
    const authority = env["ENTRA_AUTHORITY"]?.trim() ?? "";
    const [tenantId] = ids(env["ENTRA_TENANT_ID"]);
    const [apiClientId] = ids(env["ENTRA_API_CLIENT_ID"]);
    const clientIds = ids(env["ENTRA_CLIENT_IDS"]);
    const contexts = (env["REQUIRED_AUTH_CONTEXTS"] ?? "")
        .split(",")
        .map((context) => context.trim())
        .filter(Boolean);
    return {
        ...(URL.canParse(authority) ? { authority: new URL(authority).origin } : {}),
        ...(tenantId === undefined ? {} : { tenantId }),
        ...(apiClientId === undefined ? {} : { apiClientId }),
        ...(clientIds.length === 0 ? {} : { clientIds }),
        ...(contexts.length === 0 ? {} : { requiredAuthContexts: contexts }),
    };
}

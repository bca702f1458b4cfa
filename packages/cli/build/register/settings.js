// What register writes into .env: the ids that it knows, the cloud where it is not the public one, and the ACS connection
// string where it is at hand. The connection string is the only secret; it goes into this file and nowhere else.
import { parseEnv } from "node:util";
import { readText, withoutBlock } from "./env-file.js";
function cloudSettings(env, { authority }) {
    const { protocol, hostname } = new URL(authority);
    const isEmulator = protocol === "http:" || hostname === "localhost";
    const named = ["AZURE_AUTHORITY_HOST", "GRAPH_ENDPOINT"].flatMap((name) => env[name] ? [[name, env[name]]] : []);
    return {
        ...(authority === "https://login.microsoftonline.com" ? {} : { ENTRA_AUTHORITY: authority }),
        ...Object.fromEntries(named),
        ...(isEmulator ? { ALLOW_INSECURE_LOOPBACK: "true" } : {}),
    };
}
/** The first client is the page's; others that were allowed before stay allowed. */
function clientIds(env, clientId) {
    const others = (env["ENTRA_CLIENT_IDS"] ?? "").split(",").map((id) => id.trim().toLowerCase());
    return [...new Set([clientId, ...others])].filter(Boolean).join(",");
}
/** Asks for the connection string only where nothing tells how to reach ACS. */
async function connectionString(env, outside, io) {
    if (outside["ACS_CONNECTION_STRING"] && outside["ACS_CONNECTION_STRING"] === env["ACS_CONNECTION_STRING"])
        return {};
    if (env["ACS_CONNECTION_STRING"])
        return { ACS_CONNECTION_STRING: env["ACS_CONNECTION_STRING"] };
    if (env["ACS_ENDPOINT"] || env["ACS_CONNECTION_STRING_FILE"])
        return {};
    const given = await io.askSecret("ACS connection string (portal: your resource, Keys; not shown; Enter to leave it out):");
    return given === "" ? {} : { ACS_CONNECTION_STRING: given };
}
/** The values of the block. */
export async function settingsToWrite(known, env, envFile, io) {
    const outside = parseEnv(withoutBlock(readText(envFile)));
    return {
        ENTRA_TENANT_ID: known.tenantId,
        ENTRA_API_CLIENT_ID: known.apiClientId,
        ENTRA_CLIENT_IDS: clientIds(env, known.clientId),
        ...cloudSettings(env, known.cloud),
        ...(await connectionString(env, outside, io)),
    };
}

// The settings that register writes to .env: the ids, the cloud if it is not the public one, and the ACS connection string if
// it is known. The connection string is the only secret; it is written to this file only.

import { parseEnv } from "node:util";
import { type Environment, readEnvFile } from "../command/environment.ts";
import type { Io } from "../command/io.ts";
import type { Cloud } from "../graph/cloud.ts";
import { type Values, withoutBlock } from "./env-file.ts";

interface Known {
  readonly tenantId: string;
  readonly apiClientId: string;
  readonly clientId: string;
  readonly cloud: Cloud;
}

function cloudSettings(env: Environment, { authority }: Cloud): Values {
  const { protocol, hostname } = new URL(authority);
  const isEmulator = protocol === "http:" || hostname === "localhost";
  const named = ["AZURE_AUTHORITY_HOST", "GRAPH_ENDPOINT"].flatMap((name) =>
    env[name] ? [[name, env[name]] as const] : [],
  );
  return {
    ...(authority === "https://login.microsoftonline.com" ? {} : { ENTRA_AUTHORITY: authority }),
    ...Object.fromEntries(named),
    ...(isEmulator ? { ALLOW_INSECURE_LOOPBACK: "true" } : {}),
  };
}

/** The first client is the page's; others that were allowed before stay allowed. */
function clientIds(env: Environment, clientId: string): string {
  const others = (env["ENTRA_CLIENT_IDS"] ?? "").split(",").map((id) => id.trim().toLowerCase());
  return [...new Set([clientId, ...others])].filter(Boolean).join(",");
}

/** Asks for the connection string only if no setting says how to reach ACS. */
async function connectionString(env: Environment, outside: Environment, io: Io): Promise<Values> {
  if (outside["ACS_CONNECTION_STRING"] && outside["ACS_CONNECTION_STRING"] === env["ACS_CONNECTION_STRING"]) return {};
  if (env["ACS_CONNECTION_STRING"]) return { ACS_CONNECTION_STRING: env["ACS_CONNECTION_STRING"] };
  if (env["ACS_ENDPOINT"] || env["ACS_CONNECTION_STRING_FILE"]) return {};
  const given = await io.askSecret(
    "ACS connection string (portal: your resource, Keys; not shown; Enter to leave it out):",
  );
  return given === "" ? {} : { ACS_CONNECTION_STRING: given };
}

/** The values of the block. */
export async function settingsToWrite(known: Known, env: Environment, envFile: string, io: Io): Promise<Values> {
  const outside: Environment = parseEnv(withoutBlock(readEnvFile(envFile)));
  return {
    ENTRA_TENANT_ID: known.tenantId,
    ENTRA_API_CLIENT_ID: known.apiClientId,
    ENTRA_CLIENT_IDS: clientIds(env, known.clientId),
    ...cloudSettings(env, known.cloud),
    ...(await connectionString(env, outside, io)),
  };
}

// One exchange of a server against an emulator.
import type { Emulator } from "../../../packages/emulator/src/start-emulator.ts";

/** The settings of a server that trusts the emulator instead of Entra ID and ACS. */
export const settingsFor = (emulator: Emulator): Record<string, string> => ({
  ENTRA_AUTHORITY: emulator.origin,
  ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
  ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
  ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
  ACS_CONNECTION_STRING: emulator.acsConnectionString,
  ALLOW_INSECURE_LOOPBACK: "true",
  HOST: "127.0.0.1",
});

/** Exchanges new tokens of ada. */
export async function exchangeOnce(origin: string, emulator: Emulator): Promise<{ status: number; body: unknown }> {
  const issue = (resource: "api" | "teams") => emulator.issueToken({ resource, user: "ada", client: "spa" });
  const response = await fetch(`${origin}/api/token/teams`, {
    method: "POST",
    headers: { authorization: `Bearer ${await issue("api")}`, "content-type": "application/json" },
    body: JSON.stringify({ teamsUserToken: await issue("teams") }),
  });
  return { status: response.status, body: await response.json() };
}

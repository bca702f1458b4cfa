// The three stores of mappings as tests set them up, and what the emulator has of ACS users.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Emulator } from "@teams-token-exchange/emulator";
import type { MappingOwner } from "../../src/plugins/acs-users/mappings/mapping-store.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "./postgres.ts";
import { tokensSeen } from "./world.ts";

/** The API's secret in the emulator's seed. */
export const apiSecret = (emulator: Emulator): string => emulator.registration("api").secrets?.[0] ?? "";

/** The settings that choose Microsoft Graph. */
export const graphSettings = (emulator: Emulator): Record<string, string> => ({
  ENTRA_API_CLIENT_SECRET: apiSecret(emulator),
  GRAPH_ENDPOINT: emulator.origin,
});

/** Consents for everyone in the tenant that the API may act at Graph, as an administrator would. */
export async function consentToGraph(emulator: Emulator): Promise<void> {
  const { id: tenantId } = emulator.tenant("northwharf");
  const [clientAppId, resourceAppId] = [emulator.registration("api").appId, emulator.registration("graph").appId];
  const value = { tenantId, clientAppId, resourceAppId, scopes: ["User.ReadWrite"] };
  const body = JSON.stringify({ kind: "consents", value });
  const response = await fetch(`${emulator.origin}/emulator/api/put`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  if (!response.ok) throw new Error(`The emulator refused the consent: ${await response.text()}`);
}

/** A user with a token of the API. */
export async function ownerOf(emulator: Emulator, user: string): Promise<MappingOwner> {
  const callerToken = await emulator.issueToken({ resource: "api", user });
  tokensSeen.add(callerToken);
  const { tenantId, oid: objectId } = emulator.user(user);
  return { tenantId, objectId, callerToken };
}

/** IDs of the ACS users in the emulator that are not deleted. */
export async function liveAcsUsers(emulator: Emulator): Promise<string[]> {
  const { state } = await emulator.exportState();
  const identities = state["identities"] as [id: string, identity: { deleted: boolean }][];
  return identities.filter(([, { deleted }]) => !deleted).map(([id]) => id);
}

/** One store as a test file uses it. */
export interface StoreUnderTest {
  readonly name: "graph" | "postgres" | "embedded";
  readonly canRun: boolean;
  /** The server's settings for it; the same data each time. */
  settings(emulator: Emulator): Promise<Record<string, string>>;
  /** After all tests. */
  remove(): Promise<void>;
}

/** All three. What each needs is started with its first use. */
export function storesUnderTest(): StoreUnderTest[] {
  let postgres: Promise<TestPostgres> | undefined;
  let folder: string | undefined;
  return [
    {
      name: "graph",
      canRun: true,
      async settings(emulator) {
        await consentToGraph(emulator);
        return graphSettings(emulator);
      },
      async remove() {},
    },
    {
      name: "postgres",
      canRun: hasPostgres,
      async settings() {
        postgres ??= startPostgres();
        return { DATABASE_URL: (await postgres).url };
      },
      async remove() {
        await (await postgres)?.remove();
      },
    },
    {
      name: "embedded",
      canRun: true,
      async settings() {
        folder ??= mkdtempSync(join(tmpdir(), "mappings-"));
        return { DATA_FOLDER: folder };
      },
      async remove() {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      },
    },
  ];
}

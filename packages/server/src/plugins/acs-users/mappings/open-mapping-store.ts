// Picks the store that the settings name, and loads what it needs. What was asked for by name must be there when the server
// starts; the embedded one, which nobody asked for, may be missing: then the routes that need it say so.
import type { FastifyBaseLogger } from "fastify";
import { ownIdentity } from "../../../network/own-identity.ts";
import type { MappingSettings } from "../../../settings/acs-users-settings.ts";
import type { ProxySettings } from "../../../settings/network-settings.ts";
import { isInstalled, needed } from "../../../settings/optional-packages.ts";
import type { MappingStore } from "./mapping-store.ts";
import { createSqlStore } from "./sql-store.ts";

interface StoreNeeds {
  readonly entra: { readonly authority: string; readonly apiClientId: string };
  readonly fetch: typeof fetch;
  /** What `fetch` goes through; only for messages. */
  readonly proxy?: ProxySettings | undefined;
  readonly log: Pick<FastifyBaseLogger, "warn">;
}

/** Graph's name in permissions, which does not depend on an emulator's address. National clouds have their own. */
const graphResource = (endpoint: string) => (/^https:\/\//.test(endpoint) ? endpoint : "https://graph.microsoft.com");

async function openGraphStore(settings: MappingSettings & { kind: "graph" }, { entra, fetch, proxy }: StoreNeeds) {
  const { createOnBehalfOf } = await needed(
    import("./on-behalf-of.ts"),
    "ENTRA_API_CLIENT_SECRET (or certificate, or managed identity)",
    "@azure/msal-node",
  );
  const { createGraphStore } = await import("./graph-store.ts");
  const { createGraphClient } = await import("./graph-client.ts");
  const { endpoint, extensionName, credential } = settings;
  return createGraphStore({
    onBehalfOf: createOnBehalfOf({ ...entra, credential, fetch, proxy }),
    send: createGraphClient(endpoint, fetch, proxy),
    authority: entra.authority,
    scopes: [`${graphResource(endpoint)}/User.ReadWrite`],
    extensionName,
  });
}

/** Makes the store; nothing is connected before it is asked. @throws {PackageMissing} for a store that was asked for */
export async function openMappingStore(settings: MappingSettings, needs: StoreNeeds): Promise<MappingStore> {
  if (settings.kind === "graph") return openGraphStore(settings, needs);
  if (settings.kind === "postgres") {
    const { openPostgres } = await needed(import("./postgres.ts"), "DATABASE_URL", "pg");
    const credential = settings.auth === "entra" ? await ownIdentity("DATABASE_AUTH", needs.fetch) : undefined;
    return createSqlStore(async () => openPostgres(settings.url, credential));
  }
  if (!isInstalled("@electric-sql/pglite")) {
    needs.log.warn(
      "/api/user and /api/token are unavailable: set DATABASE_URL or ENTRA_API_CLIENT_SECRET, or install @electric-sql/pglite",
    );
  }
  return createSqlStore(async () => (await import("./pglite.ts")).openPGlite(settings.folder));
}

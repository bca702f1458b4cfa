// Tokens for the Entra identity that the process runs as, for services that sign in by it instead of a password.
import type { TokenCredential } from "@azure/core-auth";
import { needed } from "../settings/optional-packages.ts";
import { createAzureClient } from "./network.ts";

/**
 * The identity of this process: on Azure a managed identity or a workload identity.
 * @param setting the setting that needs it
 * @param fetch sends the requests for its tokens
 * @throws {PackageMissing} if the package @azure/identity is not installed
 */
export async function ownIdentity(setting: string, fetch: typeof globalThis.fetch): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await needed(import("@azure/identity"), setting, "@azure/identity");
  return new DefaultAzureCredential({ httpClient: createAzureClient(fetch) });
}

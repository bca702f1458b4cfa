// What the server signs in to ACS with. The Entra library is loaded only where it is used: it is large, and most
// deployments have a key.
import { needed } from "../settings/optional-packages.ts";
import type { AcsCredential } from "./acs-identity.ts";

/**
 * Access keys where there are any, else the Entra identity that the process runs as (a managed identity, on Azure).
 * @throws {PackageMissing} where the package @azure/identity is needed and not installed
 */
export async function acsCredential(accessKeys: readonly string[]): Promise<AcsCredential> {
  if (accessKeys.length > 0) return { accessKeys };
  const { DefaultAzureCredential } = await needed(import("@azure/identity"), "ACS_ENDPOINT", "@azure/identity");
  return { tokenCredential: new DefaultAzureCredential() };
}

// What the server signs in to ACS with. The Entra library is loaded only where it is used: it is large, and most
// deployments have a key.
import type { AcsCredential } from "./identity.ts";

/**
 * Access keys where there are any, else the Entra identity that the process runs as (a managed identity, on Azure).
 * @throws where the package @azure/identity is needed and not installed
 */
export async function acsCredential(accessKeys: readonly string[]): Promise<AcsCredential> {
  if (accessKeys.length > 0) return { accessKeys };
  const { DefaultAzureCredential } = await import("@azure/identity").catch((cause: unknown) => {
    throw new Error("ACS_ENDPOINT needs the package @azure/identity. Install it beside this server.", { cause });
  });
  return { tokenCredential: new DefaultAzureCredential() };
}

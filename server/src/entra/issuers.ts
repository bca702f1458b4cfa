// Which issuer a tenant's tokens carry, by token version and authority. Source: the Entra ID access token reference;
// an authority that is not Microsoft's issues in its own name, so no production server can accept an emulator's tokens.

const microsoftAuthority = "https://login.microsoftonline.com";

/** The exact `iss` of a tenant's tokens, for both token versions. */
export function issuersOf(authority: string, tenantId: string): { v1: string; v2: string } {
  return {
    v1: authority === microsoftAuthority ? `https://sts.windows.net/${tenantId}/` : `${authority}/${tenantId}/`,
    v2: `${authority}/${tenantId}/v2.0`,
  };
}

/** Whether the authority is Microsoft's own; of any other, a client needs the metadata handed to it. */
export const isMicrosoftAuthority = (authority: string): boolean => authority === microsoftAuthority;

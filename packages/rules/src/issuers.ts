// Which issuer a tenant's tokens carry, by token version and authority. Source: the Entra ID access token reference and the
// discovery documents of the national clouds. Any other authority issues in its own name, so that a production server can
// never accept an emulator's tokens.

/** Microsoft's authorities, and the origin of the issuer in their v1 tokens. */
const v1IssuersOfMicrosoft: ReadonlyMap<string, string> = new Map([
  ["https://login.microsoftonline.com", "https://sts.windows.net"],
  // Azure US Government shares the v1 issuer with the public cloud, not the keys.
  ["https://login.microsoftonline.us", "https://sts.windows.net"],
  // China, operated by 21Vianet.
  ["https://login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn"],
]);

/** The exact `iss` of a tenant's tokens, for both token versions. */
export function issuersOf(authority: string, tenantId: string): { v1: string; v2: string } {
  return {
    v1: `${v1IssuersOfMicrosoft.get(authority) ?? authority}/${tenantId}/`,
    v2: `${authority}/${tenantId}/v2.0`,
  };
}

/** Whether the authority is Microsoft's, in any cloud. For any other, MSAL needs its metadata from the server. */
export const isMicrosoftAuthority = (authority: string): boolean => v1IssuersOfMicrosoft.has(authority);

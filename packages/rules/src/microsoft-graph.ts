// Where Microsoft Graph is, in each cloud.

/** Microsoft Graph in the public cloud. */
export const publicGraph = "https://graph.microsoft.com";

/** Source: Microsoft Graph's documentation of national cloud deployments. DoD shares its authority with GCC High. */
const graphOfAuthorities: ReadonlyMap<string, string> = new Map([
  ["https://login.microsoftonline.com", publicGraph],
  ["https://login.microsoftonline.us", "https://graph.microsoft.us"],
  ["https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn"],
]);

/** The origin of Microsoft Graph in the cloud of one of Microsoft's authorities; undefined for any other authority. */
export const graphOf = (authority: string): string | undefined => graphOfAuthorities.get(authority);

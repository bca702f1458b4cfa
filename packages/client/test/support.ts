// The configuration that a server would send, for the tests of this package.
export const config = {
  tenantId: "t",
  clientId: "c",
  authority: "https://login.microsoftonline.com/t",
  knownAuthorities: [],
  apiScopes: ["api://x/access_as_user"],
  teamsScopes: ["https://auth.msft.communication.azure.com/Teams.ManageCalls"],
};

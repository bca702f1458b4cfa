// The resource that Teams tokens are for, in each cloud.

/** ACS's Teams resource in the public cloud, as v1 tokens name it. */
export const publicTeamsResource = "https://auth.msft.communication.azure.com";

/** Its application ID, as v2 tokens name it. */
export const teamsAppId = "1fd5118e-2576-4263-8130-9503064c837a";

/** Source: the scopes that Azure's SDK for .NET knows. Nothing is known of the cloud in China. */
const resourcesOfOtherClouds: ReadonlyMap<string, string> = new Map([
  ["https://login.microsoftonline.us", "https://auth.msft.communication.azure.us"],
]);

/** The URI of the Teams resource in the cloud of an authority. */
export const teamsResourceOf = (authority: string): string =>
  resourcesOfOtherClouds.get(authority) ?? publicTeamsResource;

/** What names the Teams resource in any cloud. */
export const teamsAudiences: readonly string[] = [publicTeamsResource, ...resourcesOfOtherClouds.values(), teamsAppId];

// The next difference between what is desired and what there is, as one request to Graph. A pure function: the plan of a dry
// run and the work itself are the same steps, and a tenant without a next step needs no change.
import { acsAppId } from "../graph/objects.ts";
import { capabilitiesClaim, type DesiredState, type Directory, exposedScope, type Role } from "./desired-state.ts";
import { apiDifferences, clientDifferences, preAuthorization } from "./differences.ts";

/** One request. `what` describes it to the user, in separate lines. */
export type Step =
  | { readonly kind: "create-application"; readonly role: Role; readonly what: string[]; readonly body: object }
  | { readonly kind: "update-application"; readonly role: Role; readonly what: string[]; readonly body: object }
  | {
      readonly kind: "create-principal";
      readonly role: Role | "acs";
      readonly what: string[];
      readonly body: { readonly appId: string; readonly tags: readonly string[] };
    };

/** Shows a service principal among the enterprise applications, as the portal's own do. */
const portalTag = "WindowsAzureActiveDirectoryIntegratedApp";

function createApi({ names, tags }: DesiredState): Step {
  const body = {
    displayName: names.api,
    tags: [tags.api],
    signInAudience: "AzureADMyOrg",
    api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [exposedScope] },
    optionalClaims: { accessToken: [capabilitiesClaim], idToken: [], saml2Token: [] },
  };
  const what = `create the application "${names.api}": scope ${exposedScope.value}, tokens of version 2, optional claim xms_cc`;
  return { kind: "create-application", role: "api", what: [what], body };
}

function createClient({ names, tags, redirectUris }: DesiredState): Step {
  const body = {
    displayName: names.client,
    tags: [tags.client],
    signInAudience: "AzureADMyOrg",
    spa: { redirectUris },
  };
  const what = `create the application "${names.client}": single-page application with ${redirectUris.join(" and ")}`;
  return { kind: "create-application", role: "client", what: [what], body };
}

function createPrincipal(role: Role | "acs", appId: string, tags: readonly string[], of: string): Step {
  return { kind: "create-principal", role, what: [`create the service principal of ${of}`], body: { appId, tags } };
}

/** The next step, or undefined if nothing is left. The order is that in which the parts name each other. */
export function nextStep({ applications, principals }: Directory, desired: DesiredState): Step | undefined {
  const { api, client } = applications;
  const { names, tags } = desired;
  if (!api) return createApi(desired);
  const ofApi = apiDifferences(api);
  if (ofApi) return { kind: "update-application", role: "api", ...ofApi };
  if (!principals.api) return createPrincipal("api", api.appId, [tags.api, portalTag], `"${names.api}"`);
  if (!principals.acs) {
    return createPrincipal("acs", acsAppId, [tags.acs], `Azure Communication Services (${acsAppId})`);
  }
  if (!client) return createClient(desired);
  const ofClient = clientDifferences(client, api, desired.redirectUris);
  if (ofClient) return { kind: "update-application", role: "client", ...ofClient };
  if (!principals.client) return createPrincipal("client", client.appId, [tags.client, portalTag], `"${names.client}"`);
  const ofBoth = preAuthorization(api, client);
  return ofBoth && { kind: "update-application", role: "api", ...ofBoth };
}

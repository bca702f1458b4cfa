// The clients' registrations: the platform of their redirect URIs, and the permissions that they ask for.
import { type Application, acsAppId, teamsPermissions } from "../../graph/objects.ts";
import { type Check, configOf, directoryOf, type Examined, type Finding } from "./check.ts";
import type { ClientRegistration } from "./registrations.ts";

const portal = (name: string, where: string) =>
  `Entra admin center → App registrations → ${name} → ${where}. Or: npx teams-token-exchange register`;
const isLocal = (uri: string) => /^http:\/\/localhost([:/]|$)/.test(uri);

function missing(clientId: string): Finding {
  return {
    id: "client-registration-missing",
    what: `The tenant has no application with the id ${clientId}, which ENTRA_CLIENT_IDS lists.`,
    why: "Nobody can sign in with it (AADSTS700016).",
    remedy:
      "npx teams-token-exchange register makes one and writes its id; or copy the Application (client) ID from Entra admin center → App registrations.",
  };
}

/** @param bridge how the path of the page that receives responses ends */
function* ofPlatform({ displayName, spa, web, publicClient }: Application, bridge: string): Generator<Finding> {
  const elsewhere = [...publicClient.redirectUris, ...web.redirectUris].filter((uri) => /^https?:/.test(uri));
  const bridges = spa.redirectUris.filter((uri) => URL.canParse(uri) && new URL(uri).pathname.endsWith(bridge));
  if (spa.redirectUris.length === 0) {
    const where = publicClient.redirectUris.length > 0 ? "Mobile and desktop applications" : "Web";
    yield {
      id: "redirect-platform",
      what:
        elsewhere.length > 0
          ? `The redirect URIs of "${displayName}" are under the platform ${where}, not under Single-page application.`
          : `"${displayName}" has no redirect URI of a single-page application.`,
      why: "The platform decides how a code may be redeemed. A page's request for the tokens is refused: 400, AADSTS9002326.",
      remedy: portal(
        displayName,
        "Authentication → Add a platform → Single-page application, with the same URIs; take them out of the other platform",
      ),
    };
  } else if (bridges.length === 0) {
    yield {
      id: "redirect-bridge-missing",
      what: `"${displayName}" does not have the page's ${bridge} as a redirect URI.`,
      why: "Sign-in windows and silent renewal end on that page (AADSTS50011).",
      remedy: portal(
        displayName,
        `Authentication → Single-page application → Add URI: ${new URL(bridge, spa.redirectUris[0]).href}`,
      ),
    };
  }
  for (const uri of spa.redirectUris.filter((one) => one.startsWith("http:") && !isLocal(one))) {
    yield {
      id: "redirect-not-https",
      what: `"${displayName}" has a redirect URI that is http and not localhost: ${new URL(uri).origin}.`,
      why: "Codes and tokens would cross the network in the clear; browsers give such a page no cryptography, so MSAL fails there.",
      remedy: portal(
        displayName,
        `Authentication → Single-page application: replace it by ${uri.replace("http:", "https:")}`,
      ),
    };
  }
}

function* ofPermissions(client: Application, api: Application | undefined): Generator<Finding> {
  const idsOf = (appId: string) =>
    client.requiredResourceAccess
      .filter(({ resourceAppId }) => resourceAppId === appId)
      .flatMap(({ resourceAccess }) => resourceAccess);
  const asked = idsOf(acsAppId);
  const lacking = Object.entries(teamsPermissions).filter(
    ([, id]) => !asked.some((access) => access.id === id && access.type === "Scope"),
  );
  if (lacking.length > 0) {
    const names = lacking.map(([name]) => name).join(" and ");
    yield {
      id: "teams-permission-missing",
      what: `"${client.displayName}" does not ask for ${names}.`,
      why: "The Teams token comes from these two delegated permissions of Azure Communication Services; the exchange needs both.",
      remedy: portal(
        client.displayName,
        `API permissions → Add → APIs my organization uses → Azure Communication Services → Delegated → ${names}; then grant admin consent`,
      ),
    };
  }
  const scope = api?.api.oauth2PermissionScopes.find(({ value }) => value === "access_as_user");
  if (api && scope && !idsOf(api.appId).some(({ id }) => id === scope.id)) {
    yield {
      id: "api-permission-missing",
      what: `"${client.displayName}" does not ask for access_as_user of "${api.displayName}".`,
      why: "The administrator's consent covers only what the registration asks for.",
      remedy: portal(client.displayName, `API permissions → Add → My APIs → ${api.displayName} → access_as_user`),
    };
  }
}

function ofClient(
  { clientId, application, principal }: ClientRegistration,
  api: Application | undefined,
  bridge: string,
): Finding[] {
  // A multi-tenant client is registered elsewhere; here it has only a service principal.
  if (!application) return principal ? [] : [missing(clientId)];
  const findings = [...ofPlatform(application, bridge), ...ofPermissions(application, api)];
  if (application.signInAudience?.includes("PersonalMicrosoftAccount")) {
    findings.push({
      id: "personal-accounts",
      what: `"${application.displayName}" takes personal Microsoft accounts.`,
      why: "Teams tokens exist only for work and school accounts; with personal accounts, the two Teams permissions cannot be granted.",
      remedy: portal(application.displayName, "Authentication → Supported account types → this directory only"),
    });
  }
  return findings;
}

const run = (examined: Examined): Finding[] => {
  const { api, clients } = directoryOf(examined).registrations;
  const { basePath } = configOf(examined);
  // The page that the server serves uses the first client.
  return clients.flatMap((client, index) => ofClient(client, api, `${index === 0 ? basePath : ""}/redirect.html`));
};

/** The clients' registrations. */
export const clientRegistration: Check = { name: "client-registration", needs: "directory", run };

// The API's registration: is there, has a service principal, exposes the scope, issues the right form of token.
import type { Application } from "../../graph/objects.ts";
import { type Check, configOf, directoryOf, type Examined, type Finding } from "./check.ts";

const scopeName = "access_as_user";
const portal = (name: string, where: string) =>
  `Entra admin center → App registrations → ${name} → ${where}. Or: npx teams-token-exchange register`;

function missing(appId: string): Finding {
  return {
    id: "api-registration-missing",
    what: `The tenant has no application with the id in ENTRA_API_CLIENT_ID (${appId}).`,
    why: "No client can get a token for this API.",
    remedy:
      "npx teams-token-exchange register makes it and writes its id; or copy the Application (client) ID from Entra admin center → App registrations, in the tenant of ENTRA_TENANT_ID.",
  };
}

/** The name by which clients request the API, and the names that its v1 tokens may carry. */
function* ofIdentifiers(
  { displayName, appId, api, identifierUris }: Application,
  audiences: readonly string[],
): Generator<Finding> {
  const [requested = `api://${appId}`] = audiences;
  if (!identifierUris.includes(requested)) {
    yield {
      id: "api-identifier-missing",
      what: `"${displayName}" does not have the identifier ${requested}.`,
      why: `The page asks for ${requested}/${scopeName}; Entra finds no resource by that name (AADSTS500011).`,
      remedy: portal(displayName, `Expose an API → Application ID URI → ${requested}`),
    };
  }
  const accepted = [`api://${appId}`, ...audiences];
  const others = api.requestedAccessTokenVersion === 2 ? [] : identifierUris.filter((uri) => !accepted.includes(uri));
  for (const uri of others) {
    yield {
      id: "api-audience-not-accepted",
      what: `"${displayName}" has the identifier ${uri}, which ENTRA_API_AUDIENCES does not list.`,
      why: "Its tokens of version 1 carry the identifier that the client requested, and the server refuses one that it does not know (401).",
      remedy: `Add ${uri} to ENTRA_API_AUDIENCES.`,
    };
  }
}

function* ofApplication(application: Application, audiences: readonly string[]): Generator<Finding> {
  const { displayName, api, signInAudience } = application;
  const scope = api.oauth2PermissionScopes.find(({ value }) => value === scopeName);
  if (!scope) {
    yield {
      id: "api-scope-missing",
      what: `"${displayName}" does not expose the scope ${scopeName}.`,
      why: "Clients ask for exactly this scope, and the server takes no token without it (403 scope-missing).",
      remedy: portal(displayName, `Expose an API → Add a scope → ${scopeName}, admins and users`),
    };
  } else if (!scope.isEnabled) {
    yield {
      id: "api-scope-disabled",
      what: `The scope ${scopeName} of "${displayName}" is disabled.`,
      why: "Entra never issues a disabled scope (AADSTS650053).",
      remedy: portal(displayName, `Expose an API → ${scopeName} → State: Enabled`),
    };
  }
  yield* ofIdentifiers(application, audiences);
  if (api.requestedAccessTokenVersion !== 2) {
    yield {
      id: "api-token-version",
      what: `"${displayName}" issues access tokens of version 1.`,
      why: "Issuer, audience and client have other forms in version 1. This server accepts both, but other readers of the same tokens often do not.",
      remedy: portal(displayName, "Manifest → api.requestedAccessTokenVersion: 2"),
    };
  }
  if (signInAudience?.includes("PersonalMicrosoftAccount")) {
    yield {
      id: "personal-accounts",
      what: `"${displayName}" takes personal Microsoft accounts.`,
      why: "Teams tokens exist only for work and school accounts; with personal accounts, the two Teams permissions cannot be granted.",
      remedy: portal(displayName, "Authentication → Supported account types → this directory only"),
    };
  }
}

function run(examined: Examined): Finding[] {
  const { apiClientId, apiAudiences, requiredAuthContexts } = configOf(examined).entra;
  const { api, apiPrincipal } = directoryOf(examined).registrations;
  if (!api) return [missing(apiClientId)];
  const findings = [...ofApplication(api, apiAudiences)];
  if (!apiPrincipal) {
    findings.push({
      id: "api-service-principal-missing",
      what: `"${api.displayName}" has no service principal in this tenant.`,
      why: "Entra gives no token for an API that the tenant does not have (AADSTS650052).",
      remedy: `az ad sp create --id ${api.appId}`,
    });
  }
  const hasCapabilities = api.optionalClaims?.accessToken.some(({ name }) => name === "xms_cc") ?? false;
  if (requiredAuthContexts.length > 0 && !hasCapabilities) {
    findings.push({
      id: "api-optional-claim-missing",
      what: `"${api.displayName}" does not put the optional claim xms_cc into access tokens.`,
      why: "REQUIRED_AUTH_CONTEXTS needs it: without it the server cannot tell which clients understand a claims challenge, and refuses all of them (403).",
      remedy: portal(api.displayName, "Token configuration → Add optional claim → Access → xms_cc"),
    });
  }
  return findings;
}

/** The API's registration. */
export const apiRegistration: Check = { name: "api-registration", needs: "directory", run };

// What may be wrong in the registrations of the API and of the client: the checks api-registration and client-registration.
import { acsAppId } from "../src/graph/objects.ts";
import { type Misconfiguration, otherId } from "./support-correct-set-up.ts";

/** The pains of the list first, in its order; then the rest of what the checks know. */
export const misconfiguredRegistrations: Misconfiguration[] = [
  [
    "redirect URIs of a desktop application",
    "redirect-platform",
    {
      spoil: ({ client }) => {
        client.redirectUris = { desktop: client.redirectUris?.spa ?? [] };
      },
    },
  ],
  [
    "redirect URIs of a web application",
    "redirect-platform",
    {
      spoil: ({ client }) => {
        client.redirectUris = { web: client.redirectUris?.spa ?? [] };
      },
    },
  ],
  [
    "a client that does not ask for the Teams token",
    "teams-permission-missing",
    {
      spoil: ({ client }) => {
        delete client.requiredPermissions?.[acsAppId];
      },
    },
  ],
  [
    "one Teams permission of two",
    "teams-permission-missing",
    {
      spoil: ({ client }) => {
        client.requiredPermissions = { ...client.requiredPermissions, [acsAppId]: ["Teams.ManageCalls"] };
      },
    },
  ],
  [
    "an API of v1 tokens",
    "api-token-version",
    {
      spoil: ({ api }) => {
        api.accessTokenAcceptedVersion = null;
      },
    },
  ],

  [
    "an API that is not registered",
    "api-registration-missing",
    { spoil: ({ set }) => set({ ENTRA_API_CLIENT_ID: otherId }) },
  ],
  [
    "an API without its scope",
    "api-scope-missing",
    {
      spoil: ({ api }) => {
        api.scopes = [];
      },
    },
  ],
  [
    "a scope that is disabled",
    "api-scope-disabled",
    {
      spoil: ({ api }) => {
        for (const scope of api.scopes ?? []) scope.isEnabled = false;
      },
    },
  ],
  [
    "an API without its identifier",
    "api-identifier-missing",
    {
      spoil: ({ api }) => {
        api.identifierUris = [];
      },
    },
  ],
  [
    "an API for personal accounts",
    "personal-accounts",
    {
      spoil: ({ api }) => {
        api.signInAudience = "AzureADandPersonalMicrosoftAccount";
      },
    },
  ],
  [
    "a client for personal accounts",
    "personal-accounts",
    {
      spoil: ({ client }) => {
        client.signInAudience = "AzureADandPersonalMicrosoftAccount";
      },
    },
  ],
  [
    "an API without a service principal",
    "api-service-principal-missing",
    {
      spoil: ({ tenant, api }) => {
        tenant.missingServicePrincipals = [api.appId];
      },
    },
  ],
  [
    "authentication contexts without xms_cc",
    "api-optional-claim-missing",
    {
      spoil: ({ api, set }) => {
        api.optionalClaims = [];
        set({ REQUIRED_AUTH_CONTEXTS: "c1" });
      },
    },
  ],
  [
    "a client that is not registered",
    "client-registration-missing",
    { spoil: ({ set, client }) => set({ ENTRA_CLIENT_IDS: `${client.appId},${otherId}` }) },
  ],
  [
    "no redirect URI at all",
    "redirect-platform",
    {
      spoil: ({ client }) => {
        client.redirectUris = {};
      },
    },
  ],
  [
    "a redirect bridge beside the path of the page",
    "redirect-bridge-missing",
    { spoil: ({ set }) => set({ BASE_PATH: "/teams" }) },
  ],
  [
    "no redirect bridge",
    "redirect-bridge-missing",
    {
      spoil: ({ client }) => {
        client.redirectUris = { spa: ["http://localhost:3000/"] };
      },
    },
  ],
  [
    "an http page that is not localhost",
    "redirect-not-https",
    {
      spoil: ({ client, set }) => {
        client.redirectUris?.spa?.push("http://app.example.com/");
        set({ ALLOWED_ORIGINS: undefined });
      },
      doctor: { server: new URL("http://app.example.com") },
    },
  ],
  [
    "a client that does not ask for the API",
    "api-permission-missing",
    {
      spoil: ({ client }) => {
        client.requiredPermissions = { [acsAppId]: ["Teams.ManageCalls", "Teams.ManageChats"] };
      },
    },
  ],
];

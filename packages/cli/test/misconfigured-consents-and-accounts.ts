// What may be wrong in the tenant apart from the registrations: the checks consent, account and token-lifetime.
import { acsAppId } from "../src/graph/objects.ts";
import { control } from "./support.ts";
import { type Misconfiguration, withoutConsent } from "./support-correct-set-up.ts";

/** The pains of the list first, in its order; then the rest of what the checks know. */
export const misconfiguredConsentsAndAccounts: Misconfiguration[] = [
  [
    "no service principal of ACS",
    "acs-service-principal-missing",
    {
      spoil: ({ tenant }) => {
        tenant.missingServicePrincipals = [acsAppId];
      },
    },
  ],
  ["no consent", "consent-missing", { spoil: (setUp) => withoutConsent(setUp, acsAppId) }],
  [
    "consent of only one user",
    "consent-missing",
    {
      spoil: async (setUp) => {
        await withoutConsent(setUp, acsAppId);
        const { emulator, tenant, client } = setUp;
        const scopes = ["Teams.ManageCalls", "Teams.ManageChats"];
        const value = {
          tenantId: tenant.id,
          clientAppId: client.appId,
          resourceAppId: acsAppId,
          userOid: emulator.user("ada").oid,
          scopes,
        };
        await control(emulator, "put", { kind: "consents", value });
      },
    },
  ],
  [
    "consent to one permission of two",
    "consent-incomplete",
    {
      spoil: async (setUp) => {
        await withoutConsent(setUp, acsAppId);
        const { emulator, tenant, client } = setUp;
        const value = {
          tenantId: tenant.id,
          clientAppId: client.appId,
          resourceAppId: acsAppId,
          scopes: ["Teams.ManageCalls"],
        };
        await control(emulator, "put", { kind: "consents", value });
      },
    },
  ],
  [
    "tokens that live ten minutes",
    "token-lifetime-too-short",
    {
      spoil: ({ emulator }) => {
        emulator.settings.accessTokenLifetime = { min: 600, max: 600 };
      },
    },
  ],
  ["a user without a Teams licence", "licence-missing", { spoil: () => {}, doctor: { user: "chen" } }],
  [
    "a guest from another tenant",
    "account-is-guest",
    {
      spoil: ({ emulator }) => {
        emulator.user("erin").guest = true;
      },
    },
  ],

  [
    "a client without a service principal",
    "client-service-principal-missing",
    {
      spoil: ({ tenant, client }) => {
        tenant.missingServicePrincipals = [client.appId];
      },
    },
  ],
  [
    "a client without leave for the API",
    "pre-authorisation-missing",
    {
      spoil: async (setUp) => {
        setUp.api.preAuthorizedApplications = [];
        await withoutConsent(setUp, setUp.api.appId);
      },
    },
  ],
];

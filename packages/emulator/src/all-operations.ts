// Every operation of the emulated services.

import { createIdentity } from "./acs/create-identity.ts";
import { deleteIdentity } from "./acs/delete-identity.ts";
import { forBrowsers } from "./acs/entra-user-exchange.ts";
import { exchangeEntraToken } from "./acs/exchange-entra-token.ts";
import { exchangeTeamsExtensionToken } from "./acs/exchange-teams-extension-token.ts";
import { exchangeTeamsUserAccessToken } from "./acs/exchange-teams-user-access-token.ts";
import { getIdentity } from "./acs/get-identity.ts";
import { issueAccessToken } from "./acs/issue-access-token.ts";
import { revokeAccessTokens } from "./acs/revoke-access-tokens.ts";
import { teamsExtensionAssignments } from "./acs/teams-extension-assignments.ts";
import { listMeetings } from "./calling-service/list-meetings.ts";
import { discovery } from "./entra/discovery.ts";
import { instanceDiscovery } from "./entra/instance-discovery.ts";
import { keys } from "./entra/keys.ts";
import { withRequestIds } from "./entra/request-ids.ts";
import { userRealm } from "./entra/user-realm.ts";
import { appRoleAssignments } from "./graph/app-role-assignments.ts";
import { applicationCredentials } from "./graph/application-credentials.ts";
import { applications } from "./graph/applications.ts";
import { batch } from "./graph/batch.ts";
import { extensions } from "./graph/extensions.ts";
import { federatedCredentials } from "./graph/federated-credentials.ts";
import { me } from "./graph/me.ts";
import { owners } from "./graph/owners.ts";
import { permissionGrants } from "./graph/permission-grants.ts";
import { servicePrincipals } from "./graph/service-principals.ts";
import { tokenLifetimePolicies } from "./graph/token-lifetime-policies.ts";
import { users } from "./graph/users.ts";
import { forPages } from "./http/cors.ts";
import type { Operation } from "./http/operation.ts";
import { managedIdentityOperations } from "./managed-identity/get-token.ts";
import { adminConsent } from "./sign-in/admin-consent.ts";
import { authorize } from "./sign-in/authorize.ts";
import { deviceSignIn } from "./sign-in/device-sign-in.ts";
import { errorPages } from "./sign-in/error-page.ts";
import { logoutOperations } from "./sign-in/logout.ts";
import { signInForms } from "./sign-in/sign-in-forms.ts";
import { tokenOperations } from "./token-endpoint/token-operations.ts";

const teamsExtension = forBrowsers(exchangeTeamsExtensionToken);
const entra = forBrowsers(exchangeEntraToken);

/** The preflight requests for the exchanges that browsers call. */
export const acsPreflights: readonly Operation[] = [teamsExtension.preflight, entra.preflight];

/** ACS Identity, in the order of the REST specification. */
export const acsOperations: readonly Operation[] = [
  createIdentity,
  getIdentity,
  deleteIdentity,
  issueAccessToken,
  revokeAccessTokens,
  exchangeTeamsUserAccessToken,
  teamsExtension.operation,
  ...teamsExtensionAssignments,
  entra.operation,
];

/** Entra ID, in the order of a sign-in. */
export const entraOperations: readonly Operation[] = withRequestIds([
  ...discovery,
  ...instanceDiscovery,
  ...keys,
  ...authorize,
  ...signInForms,
  ...adminConsent,
  ...deviceSignIn,
  ...tokenOperations,
  ...logoutOperations,
  ...errorPages,
  ...userRealm,
]);

const graphParts: readonly Operation[] = [
  ...me,
  ...extensions,
  ...applications,
  ...applicationCredentials,
  ...federatedCredentials,
  ...servicePrincipals,
  ...owners,
  ...appRoleAssignments,
  ...permissionGrants,
  ...tokenLifetimePolicies,
  ...users,
];

/** Microsoft Graph, by resource. */
export const graphOperations: readonly Operation[] = forPages([...graphParts, batch(graphParts)]);

/** The calling service answers everything else over a WebSocket. */
export const callingOperations: readonly Operation[] = listMeetings;

/** Every operation of the emulated services. */
export const operations: readonly Operation[] = [
  ...entraOperations,
  ...managedIdentityOperations,
  ...acsOperations,
  ...acsPreflights,
  ...callingOperations,
  ...graphOperations,
];

/** The names of all operations, without duplicates. */
export const operationNames: readonly string[] = [...new Set(operations.map(({ name }) => name))];

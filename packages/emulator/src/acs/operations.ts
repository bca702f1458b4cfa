// All of ACS Identity that this emulator serves.
import type { Operation } from "../http/operation.ts";
import { createIdentity } from "./create-identity.ts";
import { deleteIdentity } from "./delete-identity.ts";
import { exchangeEntraToken } from "./exchange-entra-token.ts";
import { exchangeTeamsExtensionToken } from "./exchange-teams-extension-token.ts";
import { exchangeTeamsUserAccessToken } from "./exchange-teams-user-access-token.ts";
import { getIdentity } from "./get-identity.ts";
import { issueAccessToken } from "./issue-access-token.ts";
import { forBrowsers } from "./preflight.ts";
import { revokeAccessTokens } from "./revoke-access-tokens.ts";
import { teamsExtensionAssignments } from "./teams-extension-assignments.ts";

const teamsExtension = forBrowsers(exchangeTeamsExtensionToken);
const entra = forBrowsers(exchangeEntraToken);

/** What browsers ask before the exchanges that they call themselves. */
export const acsPreflights: readonly Operation[] = [teamsExtension.preflight, entra.preflight];

/** By resource, as in the REST specification. */
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

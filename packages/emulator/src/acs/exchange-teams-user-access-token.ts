// CommunicationIdentity_ExchangeTeamsUserAccessToken: exchanges a Teams user's Entra token for an ACS token.

import { registrationById, userByOid } from "../entra/directory.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, jsonObjectOf, type OperationRequest } from "../http/operation.ts";
import type { User } from "../state/seed-types.ts";
import { AcsError, invalidAccessToken, validationError } from "./acs-error.ts";
import { type AcsCall, acsOperation, since } from "./acs-operation.ts";
import { mintAcsToken } from "./acs-tokens.ts";
import { type EntraClaims, verifyEntraToken } from "./authenticate-caller.ts";

const plans = /^(TEAMS1|TEAMS_FREE|TEAMS_GOV|TEAMS_GCCHIGH|TEAMS_DOD|TEAMS_AR_\w+)$/;

/** Whether a service plan of the user includes Teams. */
export const hasTeamsPlan = (user: User): boolean => user.servicePlans.some((plan) => plans.test(plan));

const TEAMS_AUDIENCES = ["https://auth.msft.communication.azure.com", "1fd5118e-2576-4263-8130-9503064c837a"];

/** ACS scopes by Entra permission, in the order that ACS uses. */
const acsScopes: readonly [string, string][] = [
  ["Teams.ManageCalls", "voip"],
  ["Teams.ManageChats", "chat"],
];

const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const MISSING_TOKEN = "The body is either missing or doesn't contain any token.";

interface ExchangeBody {
  token: string;
  appId: string;
  userId: string;
}

function readBody(request: OperationRequest): ExchangeBody {
  const body = jsonObjectOf(request);
  // As recorded: without the member, the body counts as missing. An empty token is an invalid one.
  if (typeof body?.["token"] !== "string") throw new AcsError(400, "ValidationError", MISSING_TOKEN);
  const text = (name: string) => (typeof body[name] === "string" ? body[name].trim() : "");
  const fields = { token: text("token"), appId: text("appId"), userId: text("userId") };
  if (!fields.appId) throw validationError("AppId: The AppId field is required.", "AppId");
  if (!fields.userId) throw validationError("UserId: The UserId field is required.", "UserId");
  if (!guidPattern.test(fields.appId)) throw validationError("Provided AppId has invalid format.", "appId");
  if (!guidPattern.test(fields.userId)) throw validationError("Provided UserId has invalid format.", "userId");
  return fields;
}

function checkOwner(claims: EntraClaims, body: ExchangeBody): void {
  if ((claims.appid ?? claims.azp)?.toLowerCase() !== body.appId.toLowerCase()) {
    throw validationError("AAD application is not the expected one.", "appId");
  }
  if (claims.oid?.toLowerCase() !== body.userId.toLowerCase()) {
    throw validationError("Provided AAD token issued for unexpected user.", "userId");
  }
}

/** @throws AcsError 403; both errors are invented, because the real ones are not known */
function checkEntitlement(context: EmulatorContext, claims: EntraClaims): string[] {
  const granted = (claims.scp ?? "").split(" ");
  const scopes = acsScopes.filter(([permission]) => granted.includes(permission)).map(([, scope]) => scope);
  if (scopes.length === 0) {
    const message = "The access token carries neither Teams.ManageCalls nor Teams.ManageChats.";
    throw new AcsError(403, "MissingTeamsConsent", message, { invented: true });
  }
  const user = userByOid(context.state, claims.oid ?? "");
  if (!user || !hasTeamsPlan(user)) {
    const message = "The user has no service plan that includes Teams.";
    throw new AcsError(403, "UserNotLicensedForTeams", message, { invented: true });
  }
  return scopes;
}

async function exchange(context: EmulatorContext, request: OperationRequest, { caller }: AcsCall): Promise<Answer> {
  const body = readBody(request);
  const verdict = await verifyEntraToken(context, body.token, TEAMS_AUDIENCES);
  if (!verdict.ok) throw invalidAccessToken(verdict.reason);
  const claims = verdict.value;
  checkOwner(claims, body);
  const scopes = checkEntitlement(context, claims);
  const client = registrationById(context.state, body.appId)?.displayName ?? "an unknown application";
  return {
    status: 200,
    asked: `${userByOid(context.state, body.userId)?.name ?? "an unknown user"} with ${client}`,
    body: await mintAcsToken(context, caller, {
      skypeId: `orgid:${claims.oid}`,
      scopes,
      // The token expires together with the Entra token.
      expiresAt: claims.exp ?? 0,
      claims: { tid: claims.tid, aad_appid: claims.appid ?? claims.azp, aad_iat: String(claims.iat) },
    }),
  };
}

/** POST /teamsUser/:exchangeAccessToken, since 2022-06-01. */
export const exchangeTeamsUserAccessToken = acsOperation({
  name: "CommunicationIdentity_ExchangeTeamsUserAccessToken",
  method: "POST",
  path: "/teamsUser/::exchangeAccessToken",
  versions: since("2022-06-01"),
  handle: exchange,
});

// Decides the next step of an authorization request. A pure function of the request, the session and the steps so far.

import { isAssigned } from "../entra/app-roles.ts";
import { policyChallenge } from "../entra/claims-request.ts";
import { missingScopes } from "../entra/consent.ts";
import { tenantById, userByOid } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import { permissionOf, type RequestedResource } from "../entra/scopes.ts";
import type { Tenant, User } from "../state/seed-types.ts";
import type { Session, State, Transaction } from "../state/state.ts";
import type { AuthorizeRequest, Recipient } from "./authorize-request.ts";

/** The next step. */
export type Step =
  | { kind: "sign-in" }
  | { kind: "mfa"; user: User }
  | { kind: "consent"; user: User; tenant: Tenant; resources: RequestedResource[]; adminRequired: boolean }
  | { kind: "finish"; user: User; tenant: Tenant };

interface Situation {
  state: State;
  recipient: Recipient;
  request: AuthorizeRequest;
  /** Undefined in an iframe while third-party cookies are blocked. */
  session: Session | undefined;
  transaction: Transaction;
}

function candidates({ state, recipient, request, session }: Situation): User[] {
  const signedIn = (session?.accounts ?? []).map((account) => userByOid(state, account.oid)).filter((user) => !!user);
  const here = signedIn.filter((user) => !recipient.tenant || user.tenantId === recipient.tenant.id);
  const hint = request.loginHint?.toLowerCase();
  return hint ? here.filter((user) => user.upn.toLowerCase() === hint) : here;
}

/**
 * The user of this request: picked on the page or by single sign-on.
 * @throws AADSTS50058, AADSTS16000 for `prompt=none`
 */
function chooseUser(situation: Situation): User | undefined {
  const { state, request, transaction } = situation;
  const chosen = transaction.userOid ? userByOid(state, transaction.userOid) : undefined;
  if (chosen) return chosen;
  const possible = candidates(situation);
  if (request.prompt.has("none")) {
    if (possible.length === 0) throw new EntraError(50058);
    if (possible.length > 1) throw new EntraError(16000);
    return possible[0];
  }
  if (request.prompt.has("login") || request.prompt.has("select_account")) return undefined;
  return possible.length === 1 ? possible[0] : undefined;
}

function mfaNeeded(
  tenant: Tenant,
  { request, session, transaction }: Situation,
  user: User,
): RequestedResource | true | undefined {
  if (transaction.mfa || session?.accounts.some((account) => account.oid === user.oid && account.mfa)) return undefined;
  if (request.claims.acrs.length > 0) return true;
  return request.requested.resources.find(({ resource }) => tenant.mfaRequiredFor?.includes(resource.appId));
}

function consentNeeded({ state, recipient, request, transaction }: Situation, user: User): RequestedResource[] {
  if (transaction.consented) return [];
  const { resources } = request.requested;
  if (request.prompt.has("consent")) return resources;
  const party = { tenantId: user.tenantId, userOid: user.oid, client: recipient.client };
  return resources.filter((resource) => missingScopes(state, party, resource).length > 0);
}

const needsAdmin = ({ resource, scopes }: RequestedResource): boolean =>
  scopes.some((value) => permissionOf(resource, value)?.adminConsentRequired);

/** @throws EntraError if `prompt=none` cannot succeed, or if the user is not allowed to use the client */
export function nextStep(situation: Situation): Step {
  const { state, recipient, request } = situation;
  const user = chooseUser(situation);
  if (!user) return { kind: "sign-in" };
  const silent = request.prompt.has("none");
  const tenant = tenantById(state, user.tenantId);
  const { client } = recipient;
  if (client.assignedUsers && !isAssigned(tenant, client, user)) {
    throw new EntraError(50105, [client.appId, client.displayName, user.upn]);
  }
  const guarded = mfaNeeded(tenant, situation, user);
  if (guarded) {
    if (!silent) return { kind: "mfa", user };
    const resourceId = guarded === true ? client.appId : guarded.resource.appId;
    throw new EntraError(50076, [resourceId], policyChallenge(resourceId));
  }
  const resources = consentNeeded(situation, user);
  if (resources.length > 0) {
    if (silent) throw new EntraError(65001, [client.appId, client.displayName]);
    const adminRequired = !user.admin && (tenant.userConsentDisabled === true || resources.some(needsAdmin));
    return { kind: "consent", user, tenant, resources, adminRequired };
  }
  return { kind: "finish", user, tenant };
}

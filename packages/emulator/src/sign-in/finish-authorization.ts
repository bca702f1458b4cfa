// Ends a successful authorization request: makes the code and hands it to the client.

import { opaqueSecret } from "../crypto/random-values.ts";
import type { World } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import type { User } from "../state/seed-types.ts";
import type { Session, Transaction } from "../state/state.ts";
import type { AuthorizeRequest, Recipient } from "./authorize-request.ts";
import { respond } from "./authorize-response.ts";

const CODE_LIFETIME_MILLISECONDS = 10 * 60_000;

function dropOldCodes(world: World): void {
  const now = world.clock.now();
  for (const [code, entry] of world.state.codes) if (entry.expiresAt < now) world.state.codes.delete(code);
}

/** @param session gives the time of the sign-in and whether a second factor was used */
export function finishAuthorization(
  world: World,
  recipient: Recipient,
  request: AuthorizeRequest,
  transaction: Transaction,
  session: Session | undefined,
  user: User,
): Answer {
  dropOldCodes(world);
  const account = session?.accounts.find((candidate) => candidate.oid === user.oid);
  if (session && !session.clients.includes(recipient.client.appId)) session.clients.push(recipient.client.appId);
  const code = opaqueSecret();
  const { nonce, code_challenge: codeChallenge } = transaction.request;
  world.state.codes.set(code, {
    tenantId: user.tenantId,
    userOid: user.oid,
    clientAppId: recipient.client.appId,
    scope: request.scope,
    redirectUri: recipient.redirectUri,
    mfa: transaction.mfa || account?.mfa === true,
    authTime: account?.signedInAt ?? world.clock.seconds(),
    expiresAt: world.clock.now() + CODE_LIFETIME_MILLISECONDS,
    redeemed: false,
    acrs: request.claims.acrs,
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
  });
  const asked = `${recipient.client.displayName} for ${user.name}: ${request.scope}`;
  return { ...respond(recipient, { code, session_state: opaqueSecret().slice(0, 22) }), asked };
}

// Sends the result of an authorization request to the redirect URI: a new code, or an error. Errors that must not reach
// the client become a page.

import { opaqueSecret } from "../crypto/random-values.ts";
import { type EntraError, errorBody } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer, OperationRequest } from "../http/operation.ts";
import { formTarget, html, page } from "../pages/html-page.ts";
import type { User } from "../state/seed-types.ts";
import type { Session, Transaction } from "../state/state.ts";
import type { AuthorizeRequest, Recipient } from "./authorize-request.ts";

const SUBMIT = "document.forms[0].submit()";

/** A response to the client with `code` and the other parameters. */
function respond(recipient: Recipient, values: Record<string, string>): Answer {
  const all = { ...values, ...(recipient.state === undefined ? {} : { state: recipient.state }) };
  if (recipient.responseMode === "form_post") {
    const fields = Object.entries(all).map(
      ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
    );
    return page(
      { title: "Working…", inlineScript: SUBMIT, formTargets: [formTarget(recipient.redirectUri)] },
      html`<h1>Working…</h1>
<form method="post" action="${recipient.redirectUri}">${fields}<button class="primary">Continue</button></form>`,
    );
  }
  // Built by hand, because parsing and serializing would change a URI that was registered with unusual spelling.
  const separator = recipient.responseMode === "fragment" ? "#" : recipient.redirectUri.includes("?") ? "&" : "?";
  const location = `${recipient.redirectUri}${separator}${new URLSearchParams(all)}`;
  return { status: 302, headers: { location } };
}

/** Sends an error to the client. */
export function respondError(
  context: EmulatorContext,
  request: OperationRequest,
  recipient: Recipient,
  error: EntraError,
): Answer {
  const body = errorBody(context, request, error);
  const values: Record<string, string> = {
    error: error.entry.authorizeError ?? body.error,
    error_description: body.error_description,
    error_uri: body.error_uri,
    ...(body.suberror === undefined ? {} : { suberror: body.suberror }),
    ...(error.claims === undefined ? {} : { claims: error.claims }),
  };
  const answer = respond(recipient, values);
  return { ...answer, headers: { ...answer.headers, "x-ms-request-id": body.trace_id }, reason: error.message };
}

/** Shows an error that must not go to the redirect URI, because that URI was not verified. */
export function errorPage(context: EmulatorContext, request: OperationRequest, error: EntraError): Answer {
  const body = errorBody(context, request, error);
  return page(
    { title: "Sign in – we couldn't sign you in", status: 400, reason: error.message },
    html`<h1>Sorry, but we’re having trouble signing you in.</h1>
<p class="error">${error.message}</p>
<p class="quiet">Trace ID: ${body.trace_id}<br>Correlation ID: ${body.correlation_id}<br>Timestamp: ${body.timestamp}</p>`,
  );
}

const CODE_LIFETIME_MILLISECONDS = 10 * 60_000;

function dropOldCodes(context: EmulatorContext): void {
  const now = context.clock.now();
  for (const [code, entry] of context.state.codes) if (entry.expiresAt < now) context.state.codes.delete(code);
}

/**
 * Creates the authorization code and sends it to the client.
 * @param session has the time of the sign-in, and whether a second factor was used
 */
export function finishAuthorization(
  context: EmulatorContext,
  recipient: Recipient,
  request: AuthorizeRequest,
  transaction: Transaction,
  session: Session | undefined,
  user: User,
): Answer {
  dropOldCodes(context);
  const account = session?.accounts.find((candidate) => candidate.oid === user.oid);
  if (session && !session.clients.includes(recipient.client.appId)) session.clients.push(recipient.client.appId);
  const code = opaqueSecret();
  const { nonce, code_challenge: codeChallenge } = transaction.request;
  context.state.codes.set(code, {
    tenantId: user.tenantId,
    userOid: user.oid,
    clientAppId: recipient.client.appId,
    scope: request.scope,
    redirectUri: recipient.redirectUri,
    mfa: transaction.mfa || account?.mfa === true,
    authTime: account?.signedInAt ?? context.clock.seconds(),
    expiresAt: context.clock.now() + CODE_LIFETIME_MILLISECONDS,
    redeemed: false,
    acrs: request.claims.acrs,
    ...(nonce === undefined ? {} : { nonce }),
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
  });
  const asked = `${recipient.client.displayName} for ${user.name}: ${request.scope}`;
  return { ...respond(recipient, { code, session_state: opaqueSecret().slice(0, 22) }), asked };
}

// Sends the outcome of an authorization request to the redirect URI, in the response mode that was asked for.

import { type EntraError, errorBody } from "../entra/entra-error.ts";
import type { World } from "../http/context.ts";
import type { Answer, OperationRequest } from "../http/operation.ts";
import { html } from "../pages/html.ts";
import { formTarget, page } from "../pages/html-page.ts";
import type { Recipient } from "./authorize-request.ts";

const SUBMIT = "document.forms[0].submit()";

/** A response to the client: `code` and friends. */
export function respond(recipient: Recipient, values: Record<string, string>): Answer {
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
  // By hand: parsing and writing the URI anew would change one that was registered with unusual spelling.
  const separator = recipient.responseMode === "fragment" ? "#" : recipient.redirectUri.includes("?") ? "&" : "?";
  const location = `${recipient.redirectUri}${separator}${new URLSearchParams(all)}`;
  return { status: 302, headers: { location } };
}

/** An error for the client. */
export function respondError(world: World, request: OperationRequest, recipient: Recipient, error: EntraError): Answer {
  const body = errorBody(world, request, error);
  const values: Record<string, string> = {
    error: error.entry.authorizeError ?? body.error,
    error_description: body.error_description,
    error_uri: body.error_uri,
    ...(body.suberror === undefined ? {} : { suberror: body.suberror }),
    ...(error.claims === undefined ? {} : { claims: error.claims }),
  };
  return { ...respond(recipient, values), reason: error.message };
}

/** An error that no client may hear of, because the redirect URI is not vouched for. */
export function errorPage(world: World, request: OperationRequest, error: EntraError): Answer {
  const body = errorBody(world, request, error);
  return page(
    { title: "Sign in – we couldn't sign you in", status: 400, reason: error.message },
    html`<h1>Sorry, but we’re having trouble signing you in.</h1>
<p class="error">${error.message}</p>
<p class="quiet">Trace ID: ${body.trace_id}<br>Correlation ID: ${body.correlation_id}<br>Timestamp: ${body.timestamp}</p>`,
  );
}

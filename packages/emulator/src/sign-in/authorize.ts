// GET and POST /{tenant}/oauth2/v2.0/authorize: where a sign-in starts, and where it continues after each form.

import { EntraError } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { errorPage } from "./authorize-response.ts";
import { proceed, withRecipient } from "./continue-sign-in.ts";
import { beginTransaction, transactionOf } from "./sign-in-session.ts";

function begin(context: EmulatorContext, request: OperationRequest, values: URLSearchParams): Answer {
  const { ctx, transaction } = beginTransaction(context, request.params["tenant"] ?? "", Object.fromEntries(values));
  const answer = proceed(context, request, ctx, transaction);
  // A page needs the transaction later; a redirect or an error page ends it.
  if (answer.status !== 200) context.state.transactions.delete(ctx);
  return answer;
}

/** The v1 endpoint. */
function refuseVersion1(context: EmulatorContext, request: OperationRequest, values: URLSearchParams): Answer {
  const transaction = { tenant: request.params["tenant"] ?? "", request: Object.fromEntries(values) };
  return withRecipient(context, request, transaction, () => {
    throw new EntraError(500201);
  });
}

function reprocess(context: EmulatorContext, request: OperationRequest): Answer {
  try {
    const ctx = request.query.get("ctx");
    return proceed(context, request, ctx ?? "", transactionOf(context, ctx));
  } catch (error) {
    if (error instanceof EntraError) return errorPage(context, request, error);
    throw error;
  }
}

/**
 * The start, and the continuation after a form. Forms redirect there with 303, so that reloading a page does not repeat
 * the sign-in.
 */
export const authorize: readonly Operation[] = [
  {
    name: "authorize",
    method: "GET",
    path: "/:tenant/oauth2/v2.0/authorize",
    handle: (context, request) => begin(context, request, request.query),
  },
  {
    name: "authorize",
    method: "POST",
    path: "/:tenant/oauth2/v2.0/authorize",
    handle: (context, request) => begin(context, request, formOf(request)),
  },
  {
    name: "authorize",
    method: "GET",
    path: "/:tenant/oauth2/authorize",
    handle: (context, request) => refuseVersion1(context, request, request.query),
  },
  {
    name: "authorize",
    method: "POST",
    path: "/:tenant/oauth2/authorize",
    handle: (context, request) => refuseVersion1(context, request, formOf(request)),
  },
  { name: "reprocess", method: "GET", path: "/:tenant/reprocess", handle: reprocess },
];

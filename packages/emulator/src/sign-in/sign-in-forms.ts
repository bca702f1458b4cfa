// Handles the forms of the sign-in pages: account, second factor, consent and cancel.

import { expandDefaultScope, recordConsent } from "../entra/consent.ts";
import { tenantById, userByOid, userByUpn } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import type { User } from "../state/seed-types.ts";
import type { Transaction } from "../state/state.ts";
import { readAuthorizeRequest } from "./authorize-request.ts";
import { errorPage } from "./authorize-response.ts";
import { usersForPicker, withRecipient } from "./continue-sign-in.ts";
import { signInPage } from "./sign-in-pages.ts";
import { openSession, sessionOf, transactionOf } from "./sign-in-session.ts";

interface Submission {
  context: EmulatorContext;
  request: OperationRequest;
  form: URLSearchParams;
  ctx: string;
  transaction: Transaction;
}

function continueAt({ transaction, ctx }: Submission, headers: Record<string, string> = {}): Answer {
  const location = `/${transaction.tenant}/reprocess?${new URLSearchParams({ ctx })}`;
  return { status: 303, headers: { location, ...headers } };
}

/** The buttons of the account picker need no password; the form does. */
function authenticateUser(context: EmulatorContext, form: URLSearchParams): User {
  const picked = form.get("account");
  const user = userByUpn(context.state, picked ?? form.get("username") ?? "");
  if (!user || (picked === null && form.get("password") !== user.password)) throw new EntraError(50126);
  return user;
}

function login(submission: Submission): Answer {
  const { context, request, form, ctx, transaction } = submission;
  return withRecipient(context, request, transaction, (recipient) => {
    try {
      const user = authenticateUser(context, form);
      const { tenant, client } = recipient;
      if (tenant && user.tenantId !== tenant.id) {
        const home = tenantById(context.state, user.tenantId);
        throw new EntraError(50020, [user.upn, home.domain, tenant.displayName, client.appId, client.displayName]);
      }
      const { session, setCookie } = openSession(context.state, request);
      const others = session.accounts.filter((account) => account.oid !== user.oid);
      session.accounts = [...others, { oid: user.oid, mfa: false, signedInAt: context.clock.seconds() }];
      transaction.userOid = user.oid;
      return { ...continueAt(submission, { "set-cookie": setCookie }), asked: `sign in as ${user.name}` };
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      const authorize = readAuthorizeRequest(context.state, recipient, transaction.request);
      const pageData = { recipient, ctx, tenantSegment: transaction.tenant };
      return signInPage(
        pageData,
        usersForPicker(context, recipient, authorize),
        form.get("username") ?? undefined,
        error.message,
      );
    }
  });
}

function mfa(submission: Submission): Answer {
  const { context, request, form, transaction } = submission;
  return withRecipient(context, request, transaction, () => {
    if (form.get("outcome") !== "approve") throw new EntraError(50076, [transaction.request["client_id"] ?? ""]);
    transaction.mfa = true;
    for (const account of sessionOf(context.state, request)?.accounts ?? []) {
      if (account.oid === transaction.userOid) account.mfa = true;
    }
    return continueAt(submission);
  });
}

function consent(submission: Submission): Answer {
  const { context, request, form, transaction } = submission;
  return withRecipient(context, request, transaction, (recipient) => {
    const user = userByOid(context.state, transaction.userOid ?? "");
    if (form.get("outcome") !== "accept" || !user) throw new EntraError(65004);
    const { requested } = readAuthorizeRequest(context.state, recipient, transaction.request);
    const forAll = user.admin === true && form.get("forOrganization") === "yes";
    for (const resource of requested.resources) {
      recordConsent(context.state, {
        tenantId: user.tenantId,
        clientAppId: recipient.client.appId,
        resourceAppId: resource.resource.appId,
        scopes: expandDefaultScope(recipient.client, resource),
        ...(forAll ? {} : { userOid: user.oid }),
      });
    }
    transaction.consented = true;
    return { ...continueAt(submission), asked: `consent by ${user.name}${forAll ? " for the organization" : ""}` };
  });
}

function cancel({ context, request, transaction }: Submission): Answer {
  return withRecipient(context, request, transaction, () => {
    throw new EntraError(65004);
  });
}

function formOperation(name: string, work: (submission: Submission) => Answer): Operation {
  return {
    name,
    method: "POST",
    path: `/:tenant/${name}`,
    handle: (context, request) => {
      const form = formOf(request);
      const ctx = form.get("ctx") ?? "";
      try {
        return work({ context, request, form, ctx, transaction: transactionOf(context, ctx) });
      } catch (error) {
        if (error instanceof EntraError) return errorPage(context, request, error);
        throw error;
      }
    },
  };
}

/** POST /{tenant}/login, /mfa, /consent, /cancel. */
export const signInForms: readonly Operation[] = [
  formOperation("login", login),
  formOperation("mfa", mfa),
  formOperation("consent", consent),
  formOperation("cancel", cancel),
];

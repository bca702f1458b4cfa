// Continues a transaction: shows its next page or finishes it. Every operation of the sign-in ends here.

import { EntraError } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer, OperationRequest } from "../http/operation.ts";
import type { User } from "../state/seed-types.ts";
import type { Transaction } from "../state/state.ts";
import { type AuthorizeRequest, type Recipient, readAuthorizeRequest, readRecipient } from "./authorize-request.ts";
import { errorPage, finishAuthorization, respondError } from "./authorize-response.ts";
import { nextStep, type Step } from "./next-step.ts";
import { approvalPage, consentPage, mfaPage, type SignInPageData, signInPage } from "./sign-in-pages.ts";
import { sessionOf } from "./sign-in-session.ts";

/** The users that the account picker offers. */
export function usersForPicker(context: EmulatorContext, recipient: Recipient, request: AuthorizeRequest): User[] {
  const { tenant } = recipient;
  const domain = request.domainHint?.toLowerCase();
  const tenants = context.state.tenants.filter((candidate) =>
    tenant ? candidate === tenant : !domain || domain === "organizations" || candidate.domain === domain,
  );
  const users = context.state.users.filter((user) => tenants.some((candidate) => candidate.id === user.tenantId));
  const hinted = (user: User) => (user.upn.toLowerCase() === request.loginHint?.toLowerCase() ? 0 : 1);
  return users.toSorted((a, b) => hinted(a) - hinted(b));
}

function answerStep(
  context: EmulatorContext,
  request: OperationRequest,
  parsed: { recipient: Recipient; authorize: AuthorizeRequest },
  ctx: string,
  transaction: Transaction,
  step: Step,
): Answer {
  const { recipient, authorize } = parsed;
  const pageData: SignInPageData = { recipient, ctx, tenantSegment: transaction.tenant };
  // The page belongs to this user, even if single sign-on selected the user.
  if (step.kind === "mfa" || step.kind === "consent") transaction.userOid = step.user.oid;
  switch (step.kind) {
    case "sign-in":
      return signInPage(pageData, usersForPicker(context, recipient, authorize), authorize.loginHint);
    case "mfa":
      return mfaPage(pageData, step.user);
    case "consent": {
      const refusal = new EntraError(90094, [step.tenant.displayName, recipient.client.displayName]);
      return step.adminRequired
        ? approvalPage(pageData, recipient.client, step.tenant, refusal.message)
        : consentPage(pageData, step.user, step.tenant, step.resources);
    }
    case "finish": {
      context.state.transactions.delete(ctx);
      const session = sessionOf(context.state, request);
      return finishAuthorization(context, recipient, authorize, transaction, session, step.user);
    }
  }
}

/**
 * Runs `work` for a recipient. Errors before the recipient is known become a page; later ones go to the redirect URI.
 */
export function withRecipient(
  context: EmulatorContext,
  request: OperationRequest,
  transaction: Pick<Transaction, "tenant" | "request">,
  work: (recipient: Recipient) => Answer,
): Answer {
  let recipient: Recipient | undefined;
  try {
    recipient = readRecipient(context.state, transaction.tenant, transaction.request);
    return work(recipient);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return recipient ? respondError(context, request, recipient, error) : errorPage(context, request, error);
  }
}

/** The next page, or the redirect that ends the request. */
export function proceed(
  context: EmulatorContext,
  request: OperationRequest,
  ctx: string,
  transaction: Transaction,
): Answer {
  return withRecipient(context, request, transaction, (recipient) => {
    const authorize = readAuthorizeRequest(context.state, recipient, transaction.request);
    const session = sessionOf(context.state, request);
    const step = nextStep({ state: context.state, recipient, request: authorize, session, transaction });
    return answerStep(context, request, { recipient, authorize }, ctx, transaction, step);
  });
}

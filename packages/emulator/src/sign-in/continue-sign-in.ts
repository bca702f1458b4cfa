// Takes a transaction to its next page or to its end. Every operation of the sign-in ends here.

import { EntraError } from "../entra/entra-error.ts";
import type { World } from "../http/context.ts";
import type { Answer, OperationRequest } from "../http/operation.ts";
import type { User } from "../state/seed-types.ts";
import type { Transaction } from "../state/state.ts";
import { type AuthorizeRequest, type Recipient, readAuthorizeRequest, readRecipient } from "./authorize-request.ts";
import { errorPage, finishAuthorization, respondError } from "./authorize-response.ts";
import { nextStep, type Step } from "./next-step.ts";
import { approvalPage, consentPage, mfaPage, type PageContext, signInPage } from "./sign-in-pages.ts";
import { sessionOf } from "./sign-in-session.ts";

/** The users that the account picker offers. */
export function usersToOffer(world: World, recipient: Recipient, request: AuthorizeRequest): User[] {
  const { tenant } = recipient;
  const domain = request.domainHint?.toLowerCase();
  const tenants = world.state.tenants.filter((candidate) =>
    tenant ? candidate === tenant : !domain || domain === "organizations" || candidate.domain === domain,
  );
  const users = world.state.users.filter((user) => tenants.some((candidate) => candidate.id === user.tenantId));
  const hinted = (user: User) => (user.upn.toLowerCase() === request.loginHint?.toLowerCase() ? 0 : 1);
  return users.toSorted((a, b) => hinted(a) - hinted(b));
}

function answerStep(
  world: World,
  request: OperationRequest,
  understood: { recipient: Recipient; authorize: AuthorizeRequest },
  ctx: string,
  transaction: Transaction,
  step: Step,
): Answer {
  const { recipient, authorize } = understood;
  const context: PageContext = { recipient, ctx, tenantSegment: transaction.tenant };
  // Whoever answers the page is the user it was shown for, also when single sign-on chose them.
  if (step.kind === "mfa" || step.kind === "consent") transaction.userOid = step.user.oid;
  switch (step.kind) {
    case "sign-in":
      return signInPage(context, usersToOffer(world, recipient, authorize), authorize.loginHint);
    case "mfa":
      return mfaPage(context, step.user);
    case "consent": {
      const refusal = new EntraError(90094, [step.tenant.displayName, recipient.client.displayName]);
      return step.adminRequired
        ? approvalPage(context, recipient.client, step.tenant, refusal.message)
        : consentPage(context, step.user, step.tenant, step.resources);
    }
    case "finish": {
      world.state.transactions.delete(ctx);
      const session = sessionOf(world.state, request);
      return finishAuthorization(world, recipient, authorize, transaction, session, step.user);
    }
  }
}

/** Runs `work` for a recipient: errors before are pages, errors within go to the redirect URI. */
export function withRecipient(
  world: World,
  request: OperationRequest,
  transaction: Pick<Transaction, "tenant" | "request">,
  work: (recipient: Recipient) => Answer,
): Answer {
  let recipient: Recipient | undefined;
  try {
    recipient = readRecipient(world.state, transaction.tenant, transaction.request);
    return work(recipient);
  } catch (error) {
    if (!(error instanceof EntraError)) throw error;
    return recipient ? respondError(world, request, recipient, error) : errorPage(world, request, error);
  }
}

/** The next page, or the redirect that ends the request. */
export function proceed(world: World, request: OperationRequest, ctx: string, transaction: Transaction): Answer {
  return withRecipient(world, request, transaction, (recipient) => {
    const authorize = readAuthorizeRequest(world.state, recipient, transaction.request);
    const session = sessionOf(world.state, request);
    const step = nextStep({ state: world.state, recipient, request: authorize, session, transaction });
    return answerStep(world, request, { recipient, authorize }, ctx, transaction, step);
  });
}

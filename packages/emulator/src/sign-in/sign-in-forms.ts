// What the forms of the sign-in pages send: account, second factor, consent, cancel.

import { recordConsent, spelledOut } from "../entra/consent.ts";
import { tenantById, userByOid, userByUpn } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import type { World } from "../http/context.ts";
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import type { User } from "../state/seed-types.ts";
import type { Transaction } from "../state/state.ts";
import { readAuthorizeRequest } from "./authorize-request.ts";
import { errorPage } from "./authorize-response.ts";
import { usersToOffer, withRecipient } from "./continue-sign-in.ts";
import { signInPage } from "./sign-in-pages.ts";
import { openSession, sessionOf, transactionOf } from "./sign-in-session.ts";

interface Submission {
  world: World;
  request: OperationRequest;
  form: URLSearchParams;
  ctx: string;
  transaction: Transaction;
}

function goOn({ transaction, ctx }: Submission, headers: Record<string, string> = {}): Answer {
  const location = `/${transaction.tenant}/reprocess?${new URLSearchParams({ ctx })}`;
  return { status: 303, headers: { location, ...headers } };
}

/** The account button needs no password: the picker is the emulator's shortcut. The form checks one. */
function signedInUser(world: World, form: URLSearchParams): User {
  const picked = form.get("account");
  const user = userByUpn(world.state, picked ?? form.get("username") ?? "");
  if (!user || (picked === null && form.get("password") !== user.password)) throw new EntraError(50126);
  return user;
}

function login(submission: Submission): Answer {
  const { world, request, form, ctx, transaction } = submission;
  return withRecipient(world, request, transaction, (recipient) => {
    try {
      const user = signedInUser(world, form);
      const { tenant, client } = recipient;
      if (tenant && user.tenantId !== tenant.id) {
        const home = tenantById(world.state, user.tenantId);
        throw new EntraError(50020, [user.upn, home.domain, tenant.displayName, client.appId, client.displayName]);
      }
      const { session, setCookie } = openSession(world.state, request);
      const others = session.accounts.filter((account) => account.oid !== user.oid);
      session.accounts = [...others, { oid: user.oid, mfa: false, signedInAt: world.clock.seconds() }];
      transaction.userOid = user.oid;
      return { ...goOn(submission, { "set-cookie": setCookie }), asked: `sign in as ${user.name}` };
    } catch (error) {
      if (!(error instanceof EntraError)) throw error;
      const authorize = readAuthorizeRequest(world.state, recipient, transaction.request);
      const context = { recipient, ctx, tenantSegment: transaction.tenant };
      return signInPage(
        context,
        usersToOffer(world, recipient, authorize),
        form.get("username") ?? undefined,
        error.message,
      );
    }
  });
}

function mfa(submission: Submission): Answer {
  const { world, request, form, transaction } = submission;
  return withRecipient(world, request, transaction, () => {
    if (form.get("outcome") !== "approve") throw new EntraError(50076, [transaction.request["client_id"] ?? ""]);
    transaction.mfa = true;
    for (const account of sessionOf(world.state, request)?.accounts ?? []) {
      if (account.oid === transaction.userOid) account.mfa = true;
    }
    return goOn(submission);
  });
}

function consent(submission: Submission): Answer {
  const { world, request, form, transaction } = submission;
  return withRecipient(world, request, transaction, (recipient) => {
    const user = userByOid(world.state, transaction.userOid ?? "");
    if (form.get("outcome") !== "accept" || !user) throw new EntraError(65004);
    const { requested } = readAuthorizeRequest(world.state, recipient, transaction.request);
    const forAll = user.admin === true && form.get("forOrganization") === "yes";
    for (const wanted of requested.resources) {
      recordConsent(world.state, {
        tenantId: user.tenantId,
        clientAppId: recipient.client.appId,
        resourceAppId: wanted.resource.appId,
        scopes: spelledOut(recipient.client, wanted),
        ...(forAll ? {} : { userOid: user.oid }),
      });
    }
    transaction.consented = true;
    return { ...goOn(submission), asked: `consent by ${user.name}${forAll ? " for the organization" : ""}` };
  });
}

function cancel({ world, request, transaction }: Submission): Answer {
  return withRecipient(world, request, transaction, () => {
    throw new EntraError(65004);
  });
}

function submitted(name: string, work: (submission: Submission) => Answer): Operation {
  return {
    name,
    method: "POST",
    path: `/:tenant/${name}`,
    handle: (world, request) => {
      const form = formOf(request);
      const ctx = form.get("ctx") ?? "";
      try {
        return work({ world, request, form, ctx, transaction: transactionOf(world, ctx) });
      } catch (error) {
        if (error instanceof EntraError) return errorPage(world, request, error);
        throw error;
      }
    },
  };
}

/** POST /{tenant}/login, /mfa, /consent, /cancel. */
export const signInForms: readonly Operation[] = [
  submitted("login", login),
  submitted("mfa", mfa),
  submitted("consent", consent),
  submitted("cancel", cancel),
];

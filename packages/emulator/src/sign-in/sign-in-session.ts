// What a sign-in keeps between requests: the browser session (a cookie) and the authorization request in progress.
import { opaqueSecret } from "../crypto/random-values.ts";
import { EntraError } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import { headerOf, type OperationRequest } from "../http/operation.ts";
import { type Session, type State, setBounded, type Transaction } from "../state/state.ts";

const cookieName = (request: OperationRequest) => `teams_emulator_${new URL(request.origin).port || "default"}`;

function sessionId(request: OperationRequest): string | undefined {
  const prefix = `${cookieName(request)}=`;
  const cookies = (headerOf(request, "cookie") ?? "").split(";").map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
}

/** The session of the browser. None in an iframe while third-party cookies are blocked, as in real browsers. */
export function sessionOf(state: State, request: OperationRequest): Session | undefined {
  const inFrame = headerOf(request, "sec-fetch-dest") === "iframe";
  if (inFrame && state.settings.blockThirdPartyCookies) return undefined;
  const id = sessionId(request);
  return id === undefined ? undefined : state.sessions.get(id);
}

const cookie = (request: OperationRequest, value: string, more = "") =>
  `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Lax${request.origin.startsWith("https:") ? "; Secure" : ""}${more}`;

/** The session for a new sign-in, and the `Set-Cookie` header for it. */
export function openSession(state: State, request: OperationRequest): { session: Session; setCookie: string } {
  const known = sessionId(request);
  const existing = known === undefined ? undefined : state.sessions.get(known);
  if (known !== undefined && existing) return { session: existing, setCookie: cookie(request, known) };
  const id = opaqueSecret();
  const session: Session = { accounts: [], clients: [] };
  setBounded(state.sessions, id, session);
  return { session, setCookie: cookie(request, id) };
}

/** Ends the session. @returns the ended session, and the `Set-Cookie` header that removes the cookie */
export function closeSession(
  state: State,
  request: OperationRequest,
): { session: Session | undefined; setCookie: string } {
  const id = sessionId(request);
  const session = id === undefined ? undefined : state.sessions.get(id);
  if (id !== undefined) state.sessions.delete(id);
  return { session, setCookie: cookie(request, "", "; Max-Age=0") };
}

const TRANSACTION_LIFETIME_MILLISECONDS = 15 * 60_000;

/** Starts a transaction, and removes those that expired. */
export function beginTransaction(
  context: EmulatorContext,
  tenant: string,
  request: Record<string, string>,
): { ctx: string; transaction: Transaction } {
  const { transactions } = context.state;
  const now = context.clock.now();
  for (const [key, old] of transactions) if (old.expiresAt < now) transactions.delete(key);
  const ctx = opaqueSecret();
  const expiresAt = now + TRANSACTION_LIFETIME_MILLISECONDS;
  const transaction: Transaction = { tenant, request, mfa: false, consented: false, expiresAt };
  transactions.set(ctx, transaction);
  return { ctx, transaction };
}

/** The transaction with this key. @throws AADSTS9002313 if it is unknown or has expired */
export function transactionOf(context: EmulatorContext, ctx: string | null): Transaction {
  const transaction = context.state.transactions.get(ctx ?? "");
  if (!transaction || transaction.expiresAt < context.clock.now()) throw new EntraError(9002313);
  return transaction;
}

/** The path in the `request` of a transaction that belongs to a page with one form. */
const PAGE = "emulator_page";

/** Starts the transaction of a page with one form. @returns the value of the form's hidden field `ctx` */
export const beginForm = (context: EmulatorContext, page: string): string =>
  beginTransaction(context, "", { [PAGE]: page }).ctx;

/** Where a request comes from, by the headers that browsers add to every POST. */
function senderOf(request: OperationRequest): "script" | "own page" | "other site" {
  const site = headerOf(request, "sec-fetch-site");
  const origin = headerOf(request, "origin");
  if (site === undefined && origin === undefined) return "script";
  if (site !== undefined) return site === "same-origin" || site === "none" ? "own page" : "other site";
  // A page of the emulator sends `null`, because its referrer policy hides the origin.
  return origin === "null" || origin === request.origin ? "own page" : "other site";
}

/**
 * Ends the transaction of a page with one form. Otherwise a page of another site could send the form in the developer's
 * browser, and so grant a consent. Scripts need not open the page first.
 * @throws AADSTS9002313 if another site sent the form, or a browser did without opening the page first
 */
export function endForm(context: EmulatorContext, request: OperationRequest, ctx: string | null, page: string): void {
  const sender = senderOf(request);
  if (sender === "script") return;
  if (sender === "other site" || transactionOf(context, ctx).request[PAGE] !== page) throw new EntraError(9002313);
  context.state.transactions.delete(ctx ?? "");
}

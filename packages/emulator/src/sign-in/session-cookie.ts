// The sign-in session's cookie. Cookies of localhost are shared by all its ports, so the name holds the port.

import { opaqueSecret } from "../crypto/random-values.ts";
import { headerOf, type OperationRequest } from "../http/operation.ts";
import { remember } from "../state/bounded-map.ts";
import type { Session, State } from "../state/state.ts";

const cookieName = (request: OperationRequest) => `teams_emulator_${new URL(request.origin).port || "default"}`;

function sessionId(request: OperationRequest): string | undefined {
  const prefix = `${cookieName(request)}=`;
  const cookies = (headerOf(request, "cookie") ?? "").split(";").map((cookie) => cookie.trim());
  return cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
}

/** The browser's session; none in an iframe while third-party cookies are blocked, as real browsers would have it. */
export function sessionOf(state: State, request: OperationRequest): Session | undefined {
  const inFrame = headerOf(request, "sec-fetch-dest") === "iframe";
  if (inFrame && state.settings.blockThirdPartyCookies) return undefined;
  const id = sessionId(request);
  return id === undefined ? undefined : state.sessions.get(id);
}

const cookie = (request: OperationRequest, value: string, more = "") =>
  `${cookieName(request)}=${value}; Path=/; HttpOnly; SameSite=Lax${request.origin.startsWith("https:") ? "; Secure" : ""}${more}`;

/** The session to add a sign-in to, and the header that hands it to the browser. */
export function openSession(state: State, request: OperationRequest): { session: Session; setCookie: string } {
  const known = sessionId(request);
  const existing = known === undefined ? undefined : state.sessions.get(known);
  if (known !== undefined && existing) return { session: existing, setCookie: cookie(request, known) };
  const id = opaqueSecret();
  const session: Session = { accounts: [], clients: [] };
  remember(state.sessions, id, session);
  return { session, setCookie: cookie(request, id) };
}

/** Ends the session; the header removes the cookie. */
export function closeSession(
  state: State,
  request: OperationRequest,
): { session: Session | undefined; setCookie: string } {
  const id = sessionId(request);
  const session = id === undefined ? undefined : state.sessions.get(id);
  if (id !== undefined) state.sessions.delete(id);
  return { session, setCookie: cookie(request, "", "; Max-Age=0") };
}

// GET and POST /{tenant}/oauth2/v2.0/logout. The request names no client, so any registered address may be returned to.
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { html } from "../pages/html.ts";
import { page } from "../pages/page.ts";
import type { World } from "../world.ts";
import { closeSession } from "./authorize/session-cookie.ts";
import { isPostLogoutUri } from "./redirect-uri.ts";

/** Addresses that applications of this session want to hear at: front-channel logout in hidden frames. */
function logoutFrames(world: World): string[] {
  return world.state.registrations.map((registration) => registration.logoutUrl).filter((url) => url !== undefined);
}

function signedOutPage(world: World, returnTo: string | undefined): Answer {
  const frames = logoutFrames(world);
  return page(
    { title: "You signed out of your account", frames: frames.map((address) => new URL(address).origin) },
    html`<h1>You signed out of your account</h1>
<p>It's a good idea to close all browser windows.</p>
${returnTo ? html`<p><a class="button" href="${returnTo}">Return to the application</a></p>` : ""}
${frames.map((address) => html`<iframe src="${address}" title="Signing out of an application" hidden></iframe>`)}`,
  );
}

function logout(world: World, request: OperationRequest, values: URLSearchParams): Answer {
  const { session, setCookie } = closeSession(world.state, request);
  const asked = `sign out of ${session?.accounts.length ?? 0} accounts`;
  const uri = values.get("post_logout_redirect_uri");
  const known = uri !== null && isPostLogoutUri(world.state.registrations, uri);
  const state = values.get("state");
  const separator = uri?.includes("?") ? "&" : "?";
  const location = known ? `${uri}${state === null ? "" : `${separator}${new URLSearchParams({ state })}`}` : undefined;
  // A redirect cannot hold the frames of front-channel logout; with one, those applications are not told.
  if (location !== undefined) return { status: 302, headers: { location, "set-cookie": setCookie }, asked };
  const answer = signedOutPage(world, undefined);
  return {
    ...answer,
    headers: { ...answer.headers, "set-cookie": setCookie },
    asked,
    ...(uri === null ? {} : { reason: "post_logout_redirect_uri is not registered" }),
  };
}

/** Ends the session of the browser. */
export const logoutOperations: readonly Operation[] = [
  {
    name: "logout",
    method: "GET",
    path: "/:tenant/oauth2/v2.0/logout",
    handle: (world, request) => logout(world, request, request.query),
  },
  {
    name: "logout",
    method: "POST",
    path: "/:tenant/oauth2/v2.0/logout",
    handle: (world, request) => logout(world, request, formOf(request)),
  },
];

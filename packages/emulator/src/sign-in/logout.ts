// GET and POST /{tenant}/oauth2/v2.0/logout. The request does not name a client, so the emulator accepts any registered
// address to return to.

import { isPostLogoutUri } from "../entra/redirect-uri.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { html, page } from "../pages/html-page.ts";
import type { Session } from "../state/state.ts";
import { closeSession } from "./sign-in-session.ts";

// Continues when all frames have loaded, at the latest after two seconds.
const MOVE_ON = `const next=document.getElementById("next");const go=()=>{if(next)location.replace(next.href)};
addEventListener("load",go);setTimeout(go,2000)`;

/** Front-channel logout addresses of the applications of the session. Each is loaded in a hidden frame. */
function logoutFrames(context: EmulatorContext, session: Session | undefined): string[] {
  return context.state.registrations
    .filter(({ appId }) => session?.clients.includes(appId))
    .map(({ logoutUrl }) => logoutUrl)
    .filter((url) => url !== undefined);
}

function signedOutPage(frames: readonly string[], returnTo: string | undefined): Answer {
  return page(
    {
      title: "You signed out of your account",
      frames: frames.map((address) => new URL(address).origin),
      ...(returnTo === undefined ? {} : { inlineScript: MOVE_ON }),
    },
    html`<h1>You signed out of your account</h1>
<p>It's a good idea to close all browser windows.</p>
${returnTo ? html`<p><a class="button" id="next" href="${returnTo}">Return to the application</a></p>` : ""}
${frames.map((address) => html`<iframe src="${address}" title="Signing out of an application" hidden></iframe>`)}`,
  );
}

/** The address to return to, with the client's `state`; `undefined` unless the address is registered. */
function returnAddress(context: EmulatorContext, values: URLSearchParams): string | undefined {
  const uri = values.get("post_logout_redirect_uri");
  if (uri === null || !isPostLogoutUri(context.state.registrations, uri)) return undefined;
  const state = values.get("state");
  return state === null ? uri : `${uri}${uri.includes("?") ? "&" : "?"}${new URLSearchParams({ state })}`;
}

function logout(context: EmulatorContext, request: OperationRequest, values: URLSearchParams): Answer {
  const { session, setCookie } = closeSession(context.state, request);
  const asked = `sign out of ${session?.accounts.length ?? 0} accounts`;
  const location = returnAddress(context, values);
  const frames = logoutFrames(context, session);
  if (location !== undefined && frames.length === 0) {
    return { status: 302, headers: { location, "set-cookie": setCookie }, asked };
  }
  const answer = signedOutPage(frames, location);
  const refused = location === undefined && values.has("post_logout_redirect_uri");
  return {
    ...answer,
    headers: { ...answer.headers, "set-cookie": setCookie },
    asked,
    ...(refused ? { reason: "post_logout_redirect_uri is not registered" } : {}),
  };
}

/** Signs out of the browser session. */
export const logoutOperations: readonly Operation[] = [
  {
    name: "logout",
    method: "GET",
    path: "/:tenant/oauth2/v2.0/logout",
    handle: (context, request) => logout(context, request, request.query),
  },
  {
    name: "logout",
    method: "POST",
    path: "/:tenant/oauth2/v2.0/logout",
    handle: (context, request) => logout(context, request, formOf(request)),
  },
];

// Device codes: the endpoint that issues one, and the page where the user enters it, picks an account and consents.
import { randomInt } from "node:crypto";
import { opaqueSecret } from "../crypto/random-values.ts";
import { expandDefaultScope, recordConsent } from "../entra/consent.ts";
import { clientOf, recipientOf, tenantById, tenantOf, userByUpn } from "../entra/directory.ts";
import { EntraError, withEntraErrors } from "../entra/entra-error.ts";
import { checkDefaultScope, readScopes } from "../entra/scopes.ts";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, formOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { html, page } from "../pages/html-page.ts";
import type { DeviceCode } from "../state/state.ts";
import { banner, permissionList } from "./sign-in-pages.ts";
import { beginForm, endForm } from "./sign-in-session.ts";

const PAGE = "deviceauth";
const LIFETIME_SECONDS = 900;
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

const userCode = () => Array.from({ length: 9 }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");

function issueDeviceCode(context: EmulatorContext, request: OperationRequest): Answer {
  const form = formOf(request);
  const segment = request.params["tenant"] ?? "";
  const { tenant, client } = recipientOf(context.state, segment, form.get("client_id"));
  if (!client.publicClientFlows) throw new EntraError(7000218);
  const scope = form.get("scope");
  if (!scope) throw new EntraError(900144, ["scope"]);
  checkDefaultScope(readScopes(context.state, client, tenant, scope), scope);
  const code: DeviceCode = {
    userCode: userCode(),
    clientAppId: client.appId,
    tenant: segment,
    scope,
    expiresAt: context.clock.now() + LIFETIME_SECONDS * 1000,
  };
  const deviceCode = opaqueSecret();
  context.state.deviceCodes.set(deviceCode, code);
  const address = `${request.origin}/common/oauth2/deviceauth`;
  return {
    status: 200,
    asked: `${client.displayName}: ${scope}`,
    body: {
      user_code: code.userCode,
      device_code: deviceCode,
      verification_uri: address,
      expires_in: LIFETIME_SECONDS,
      interval: context.state.settings.deviceCodeInterval,
      message: `To sign in, use a web browser to open the page ${address} and enter the code ${code.userCode} to authenticate.`,
    },
  };
}

function findPendingCode(context: EmulatorContext, typed: string): DeviceCode | undefined {
  const requested = typed.trim().toUpperCase();
  for (const code of context.state.deviceCodes.values()) {
    if (code.userCode === requested && code.outcome === undefined && code.expiresAt > context.clock.now()) return code;
  }
  return undefined;
}

function codePage(error?: string): Answer {
  return page(
    { title: "Enter code", reason: error },
    html`<h1>Enter code</h1>
<p>Enter the code displayed on your app or device.</p>
${banner}${error ? html`<p class="error" role="alert">${error}</p>` : ""}
<form method="get"><label for="otc">Code</label><input id="otc" name="otc" autocomplete="off" required>
<div class="row"><button class="primary">Next</button></div></form>`,
  );
}

function choicePage(context: EmulatorContext, code: DeviceCode): Answer {
  const tenant = tenantOf(context.state, code.tenant);
  const client = clientOf(context.state, tenant, code.clientAppId);
  const { resources } = readScopes(context.state, client, tenant, code.scope);
  const users = context.state.users.filter((user) => !tenant || user.tenantId === tenant.id);
  const choices = users.map(
    (user) =>
      html`<button class="account" name="account" value="${user.upn}">${user.displayName}<small>${user.upn}</small></button>`,
  );
  return page(
    { title: `Sign in to ${client.displayName}` },
    html`<h1>Are you trying to sign in to ${client.displayName}?</h1>
${banner}
<p>Picking an account also lets the app:</p><ul>${permissionList(client, resources)}</ul>
<form method="post"><input type="hidden" name="ctx" value="${beginForm(context, PAGE)}"><input type="hidden" name="otc" value="${code.userCode}">${choices}
<div class="row"><button name="decline" value="yes">Cancel</button></div></form>`,
  );
}

function showPage(context: EmulatorContext, request: OperationRequest): Answer {
  const typed = request.query.get("otc");
  if (typed === null) return codePage();
  const code = findPendingCode(context, typed);
  return code ? choicePage(context, code) : codePage(new EntraError(70018).message);
}

function accept(context: EmulatorContext, code: DeviceCode, upn: string): void {
  const user = userByUpn(context.state, upn);
  if (!user) throw new EntraError(50126);
  const tenant = tenantById(context.state, user.tenantId);
  const client = clientOf(context.state, tenant, code.clientAppId);
  for (const requested of readScopes(context.state, client, tenant, code.scope).resources) {
    const scopes = expandDefaultScope(client, requested);
    const parties = { tenantId: user.tenantId, clientAppId: client.appId, userOid: user.oid };
    recordConsent(context.state, { ...parties, resourceAppId: requested.resource.appId, scopes });
  }
  code.outcome = { userOid: user.oid, tenantId: user.tenantId, mfa: false };
}

function recordDecision(context: EmulatorContext, request: OperationRequest): Answer {
  const form = formOf(request);
  const code = findPendingCode(context, form.get("otc") ?? "");
  if (!code) return codePage(new EntraError(70018).message);
  try {
    endForm(context, request, form.get("ctx"), PAGE);
    if (form.has("decline")) code.outcome = "declined";
    else accept(context, code, form.get("account") ?? "");
  } catch (error) {
    if (error instanceof EntraError) return codePage(error.message);
    throw error;
  }
  return page({ title: "Done" }, html`<h1>You may now close this window.</h1>`);
}

/** The operations of a device sign-in. */
export const deviceSignIn: readonly Operation[] = [
  {
    name: "devicecode",
    method: "POST",
    path: "/:tenant/oauth2/v2.0/devicecode",
    handle: (context, request) => withEntraErrors(context, request, () => issueDeviceCode(context, request)),
  },
  { name: "deviceauth", method: "GET", path: "/:tenant/oauth2/deviceauth", handle: showPage },
  { name: "deviceauth", method: "POST", path: "/:tenant/oauth2/deviceauth", handle: recordDecision },
];

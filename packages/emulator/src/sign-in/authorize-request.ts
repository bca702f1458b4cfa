// Reads an authorization request in two parts: first the recipient, which decides where errors go, then the rest.

import { type ClaimsRequest, readClaimsRequest } from "../entra/claims-request.ts";
import { recipientOf } from "../entra/directory.ts";
import { EntraError } from "../entra/entra-error.ts";
import { type Platform, platformOf } from "../entra/redirect-uri.ts";
import { checkDefaultScope, type RequestedScopes, readScopes } from "../entra/scopes.ts";
import type { Registration, Tenant } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

/** Who gets the response. It must be verified before anything is sent to the redirect URI. */
export interface Recipient {
  tenant: Tenant | undefined;
  client: Registration;
  redirectUri: string;
  platform: Platform;
  responseMode: "query" | "fragment" | "form_post";
  state: string | undefined;
}

/** The rest of the request. */
export interface AuthorizeRequest {
  requested: RequestedScopes;
  scope: string;
  prompt: ReadonlySet<string>;
  loginHint: string | undefined;
  domainHint: string | undefined;
  claims: ClaimsRequest;
}

/** @throws EntraError that must be shown as a page, because the redirect URI is not verified yet */
export function readRecipient(state: State, tenantSegment: string, request: Record<string, string>): Recipient {
  const { tenant, client } = recipientOf(state, tenantSegment, request["client_id"]);
  const platform = platformOf(client, request["redirect_uri"]);
  // A token must not get into logs and histories, so its response is in the fragment, and so are errors.
  const wantsToken = (request["response_type"] ?? "")
    .split(" ")
    .some((type) => type === "id_token" || type === "token");
  const mode = request["response_mode"] ?? (wantsToken ? "fragment" : "query");
  if (mode !== "query" && mode !== "fragment" && mode !== "form_post") throw new EntraError(9002313);
  return {
    tenant,
    client,
    platform,
    redirectUri: request["redirect_uri"] ?? "",
    responseMode: wantsToken && mode === "query" ? "fragment" : mode,
    state: request["state"],
  };
}

const prompts = new Set(["none", "login", "consent", "select_account", "create", "admin_consent"]);

/** @throws AADSTS90023 */
function readPrompt(prompt = ""): ReadonlySet<string> {
  const values = prompt.split(" ").filter(Boolean);
  if (values.some((value) => !prompts.has(value))) throw new EntraError(90023);
  return new Set(values);
}

/** @throws EntraError to send to the redirect URI */
export function readAuthorizeRequest(
  state: State,
  recipient: Recipient,
  request: Record<string, string>,
): AuthorizeRequest {
  if (!request["response_type"]) throw new EntraError(900144, ["response_type"]);
  if (recipient.responseMode === "fragment" && request["response_mode"] === "query")
    throw new EntraError(70007, ["query"]);
  if (request["response_type"] !== "code") throw new EntraError(700054, [request["response_type"]]);
  if (!request["scope"]) throw new EntraError(900144, ["scope"]);
  const method = request["code_challenge_method"] ?? (request["code_challenge"] ? "plain" : undefined);
  // Entra still accepts `plain`. The emulator refuses it, so that you notice a client that uses it.
  if (method !== undefined && method !== "S256") throw new EntraError(9002313);
  if (recipient.platform === "spa" && !request["code_challenge"]) throw new EntraError(9002325);
  if (request["resource"] !== undefined) throw new EntraError(901002);
  const requested = readScopes(state, recipient.client, recipient.tenant, request["scope"]);
  checkDefaultScope(requested, request["scope"]);
  return {
    scope: request["scope"],
    requested,
    prompt: readPrompt(request["prompt"]),
    loginHint: request["login_hint"],
    domainHint: request["domain_hint"],
    claims: readClaimsRequest(request["claims"]),
  };
}

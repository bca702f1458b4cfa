// The pages of a sign-in, without scripts: account picker, multi-factor prompt, consent, admin approval.

import { expandDefaultScope } from "../entra/consent.ts";
import { permissionOf, type RequestedResource } from "../entra/scopes.ts";
import type { Answer } from "../http/operation.ts";
import { formTarget, type Html, html, page } from "../pages/html-page.ts";
import type { Registration, Tenant, User } from "../state/seed-types.ts";
import type { Recipient } from "./authorize-request.ts";

/** What every page of a sign-in needs. */
export interface SignInPageData {
  recipient: Recipient;
  /** Key of the transaction, in a hidden field of each form. */
  ctx: string;
  /** First path segment of the forms' addresses. */
  tenantSegment: string;
}

function form({ ctx, tenantSegment }: SignInPageData, path: string, content: Html): Html {
  return html`<form method="post" action="/${tenantSegment}/${path}"><input type="hidden" name="ctx" value="${ctx}">${content}</form>`;
}

const frame = (pageData: SignInPageData, title: string, content: Html, reason?: string): Answer =>
  page({ title, formTargets: [formTarget(pageData.recipient.redirectUri)], reason }, content);

/** Says on every page that this is not Microsoft's sign-in. */
export const banner = html`<p class="banner">Emulated sign-in. No account here is real.</p>`;

/** Account picker with one button per user, and a form with user name and password. */
export function signInPage(
  pageData: SignInPageData,
  users: readonly User[],
  hint: string | undefined,
  error?: string,
): Answer {
  const accounts = users.map(
    (user) =>
      html`<button class="account" name="account" value="${user.upn}">${user.displayName}<small>${user.upn}</small></button>`,
  );
  const problem = error ? html`<p class="error" role="alert">${error}</p>` : "";
  return frame(
    pageData,
    "Sign in to your account",
    html`<h1>Pick an account</h1>
<p>to continue to <strong>${pageData.recipient.client.displayName}</strong></p>
${banner}${problem}
${form(pageData, "login", html`${accounts}`)}
<h2>Use another account</h2>
${form(
  pageData,
  "login",
  html`<label for="username">Email</label><input id="username" name="username" autocomplete="username" value="${hint ?? ""}" required>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<div class="row"><button class="primary">Sign in</button></div>`,
)}
${form(pageData, "cancel", html`<div class="row"><button>Cancel</button></div>`)}`,
    error,
  );
}

/** Multi-factor authentication; a button replaces the second factor. */
export const mfaPage = (pageData: SignInPageData, user: User): Answer =>
  frame(
    pageData,
    "Approve sign in request",
    html`<h1>Approve sign in request</h1>
<p>Your organization needs more information to keep your account secure: <strong>${user.upn}</strong></p>
${banner}
${form(
  pageData,
  "mfa",
  html`<div class="row"><button class="primary" name="outcome" value="approve">Approve</button><button name="outcome" value="deny">Deny</button></div>`,
)}`,
  );

/** The list of permissions with their display names. */
export function permissionList(client: Registration, resources: readonly RequestedResource[]): Html[] {
  return resources.flatMap((requested) => {
    const { resource } = requested;
    const permissions = new Set(expandDefaultScope(client, requested));
    return [...permissions]
      .map((value) => permissionOf(resource, value))
      .filter((scope) => scope !== undefined)
      .map(
        (scope) =>
          html`<li>${scope.displayName}<br><small class="quiet">${resource.displayName}: ${scope.value}</small></li>`,
      );
  });
}

/** Asks the user for consent. An administrator can consent for the whole tenant. */
export function consentPage(
  pageData: SignInPageData,
  user: User,
  tenant: Tenant,
  resources: RequestedResource[],
): Answer {
  const forAll = user.admin
    ? html`<label class="inline"><input type="checkbox" name="forOrganization" value="yes">Consent on behalf of your organization</label>`
    : "";
  return frame(
    pageData,
    "Permissions requested",
    html`<h1>Permissions requested</h1>
<p><strong>${pageData.recipient.client.displayName}</strong> wants access to ${tenant.displayName} as ${user.upn}.</p>
${banner}
<p>This app would like to:</p>
<ul>${permissionList(pageData.recipient.client, resources)}</ul>
${form(
  pageData,
  "consent",
  html`${forAll}<div class="row"><button name="outcome" value="cancel">Cancel</button><button class="primary" name="outcome" value="accept">Accept</button></div>`,
)}`,
  );
}

/** Shown if only an administrator can grant a permission. */
export const approvalPage = (pageData: SignInPageData, client: Registration, tenant: Tenant, reason: string): Answer =>
  frame(
    pageData,
    "Need admin approval",
    html`<h1>Need admin approval</h1>
<p><strong>${client.displayName}</strong> needs permission to access resources in ${tenant.displayName} that only an admin can grant. Please ask an admin to grant permission to this app before you can use it.</p>
${banner}
${form(pageData, "cancel", html`<div class="row"><button class="primary">Return to the application without granting consent</button></div>`)}`,
    reason,
  );

// The caller, and what the settings say about acceptable callers.

/** Stands for the tenant of the user who signs in, in addresses of the authority; not for personal accounts. */
export const anyOrganization = "organizations";

/** The caller: a user of the tenant, through an allowed client application. All IDs are lower-case GUIDs. */
export interface Caller {
  readonly objectId: string;
  readonly tenantId: string;
  readonly clientId: string;
  /** App roles that an administrator assigned to the user; usually empty. */
  readonly roles: readonly string[];
}

/** What the settings say about acceptable tokens. */
export interface CallerTokenRules {
  /** Origin of the authority, such as `https://login.microsoftonline.com`. */
  readonly authority: string;
  readonly tenantId: string;
  readonly apiClientId: string;
  /** Application ID URIs that v1 tokens may carry besides `api://<apiClientId>`; none by default. */
  readonly apiAudiences?: readonly string[];
  readonly clientIds: readonly string[];
  /** Authentication contexts (`c1` to `c99`) that Conditional Access must have granted; empty by default. */
  readonly requiredAuthContexts: readonly string[];
  /**
   * `suspended`: the tenant's users are refused with an explanation. `other`: these are the rules for the tokens of all
   * tenants that a list of tenants leaves out; `tenantId` does not count. `active` by default.
   */
  readonly standing?: "active" | "suspended" | "other";
}

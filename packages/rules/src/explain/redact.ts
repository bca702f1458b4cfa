// What may be shown of a token. A claim can contain a name, an address or another token, so only GUIDs, times and words from
// closed lists are shown.
import { apiScope } from "../caller-token.ts";
import { isGuid as isGuidForm } from "../claim-forms.ts";
import { teamsScopes } from "../teams-token.ts";

/** Whether a value has the form of an Entra ID (a GUID). */
export const isGuid = (value: unknown): value is string => isGuidForm(value);

/** The GUID, or a note if the value is not one. */
export function showId(value: unknown): string {
  if (value === undefined) return "missing";
  return isGuid(value) ? value.toLowerCase() : "not an id";
}

const knownResources: Readonly<Record<string, string>> = {
  "https://auth.msft.communication.azure.com": "Teams, through Azure Communication Services",
  "https://auth.msft.communication.azure.us": "Teams, through Azure Communication Services for US Government",
  "1fd5118e-2576-4263-8130-9503064c837a": "Teams, through Azure Communication Services",
  "https://graph.microsoft.com": "Microsoft Graph",
  "https://graph.microsoft.com/": "Microsoft Graph",
  "00000003-0000-0000-c000-000000000000": "Microsoft Graph",
  "https://communication.azure.com": "the management of Azure Communication Services",
  "https://communication.azure.com/": "the management of Azure Communication Services",
};

/** The resource that a token is for. */
export function showAudience(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value !== "string") return "not a text";
  const known = knownResources[value];
  if (known !== undefined) return known;
  const id = value.replace(/^api:\/\//, "");
  return isGuid(id)
    ? `the application ${value.startsWith("api://") ? "api://" : ""}${id.toLowerCase()}`
    : "another resource";
}

/** Who issued a token: the tenant and the version, if it is an issuer of an authority. */
export function showIssuer(value: unknown, authority: string): string {
  if (value === undefined) return "missing";
  if (typeof value !== "string" || !URL.canParse(value)) return "not an issuer";
  const { origin, pathname } = new URL(value);
  const [, tenantId, ending] = /^\/([^/]+)\/(v2\.0)?$/.exec(pathname) ?? /^\/([^/]+)\/(v2\.0)$/.exec(pathname) ?? [];
  if (!isGuid(tenantId)) return "another issuer";
  const known = [authority, "https://sts.windows.net", "https://login.microsoftonline.com"].includes(origin);
  return `${known ? origin : "another authority"}, tenant ${tenantId.toLowerCase()}, ${ending ? "v2 form" : "v1 form"}`;
}

const knownScopes = new Set([
  apiScope,
  ...teamsScopes,
  "TeamsExtension.ManageCalls",
  "User.Read",
  "openid",
  "profile",
  "email",
  "offline_access",
]);

/** The permissions: known ones by name, others as a count. */
export function showScopes(value: unknown): string {
  if (value === undefined || value === "") return "none";
  if (typeof value !== "string") return "not a text";
  const scopes = value.split(" ").filter(Boolean);
  const known = scopes.filter((scope) => knownScopes.has(scope));
  const others = scopes.length - known.length;
  return [...known, ...(others > 0 ? [`${others} of another resource`] : [])].join(", ");
}

/** A time, from seconds since 1970. */
export function showTime(value: unknown): string {
  if (value === undefined) return "missing";
  if (typeof value !== "number" || !(Math.abs(value) < 8e12)) return "not a time";
  return new Date(value * 1000).toISOString().replace(".000Z", "Z");
}

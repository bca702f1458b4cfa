// Finds colleagues in Microsoft Graph. The permission User.ReadBasic.All is asked for only when the user searches.
import {
  acquireToken,
  type Interaction,
  NetworkError,
  type TokenClient,
  UnexpectedResponseError,
} from "@teams-token-exchange/client";

/** Someone in the directory. `signInName` is the user principal name. */
export interface Person {
  readonly objectId: string;
  readonly name: string;
  readonly signInName: string;
}

export interface FindOptions {
  /** What to do if Entra ID needs the user. Default: `none`. */
  readonly interaction?: Interaction | undefined;
  readonly claims?: string | undefined;
}

/** Finds people whose name or sign-in name begins with the words of `text`. Throws errors of MSAL and of the client package. */
export type FindPeople = (text: string, options?: FindOptions) => Promise<readonly Person[]>;

// Without a resource, Entra ID takes Microsoft Graph of its own cloud.
const scopes = ["User.ReadBasic.All"];
const path = "/v1.0/users";
const maxPeople = 20;

/**
 * Source: https://learn.microsoft.com/graph/api/user-list and https://learn.microsoft.com/graph/search-query-parameter.
 * `$search` needs the header and `$count`; quotation marks and backslashes would end the search text.
 */
function searchUrl(graphEndpoint: string, text: string): URL {
  const words = text.replaceAll(/["\\]/g, " ").trim();
  const url = new URL(path, graphEndpoint);
  url.searchParams.set("$search", `"displayName:${words}" OR "userPrincipalName:${words}"`);
  url.searchParams.set("$select", "id,displayName,userPrincipalName");
  url.searchParams.set("$count", "true");
  url.searchParams.set("$top", String(maxPeople));
  return url;
}

/** Makes a search in the directory of the signed-in user. `graphEndpoint` is the origin of Microsoft Graph. */
export function createFindPeople(
  msal: TokenClient,
  graphEndpoint: string,
  fetchFn: typeof fetch = (...args) => fetch(...args),
): FindPeople {
  return async (text, options = {}) => {
    const { accessToken } = await acquireToken(msal, { scopes, ...options });
    const headers = { authorization: `Bearer ${accessToken}`, consistencylevel: "eventual" };
    let response: Response;
    try {
      response = await fetchFn(searchUrl(graphEndpoint, text), { headers, cache: "no-store", redirect: "error" });
    } catch (error) {
      throw new NetworkError(path, error);
    }
    const body: unknown = await response.json().catch(() => undefined);
    const people = response.ok ? readPeople(body) : undefined;
    if (people === undefined) {
      throw new UnexpectedResponseError(path, response.status, response.headers.get("request-id") ?? undefined);
    }
    return people;
  };
}

function readPeople(body: unknown): Person[] | undefined {
  const { value } = (body ?? {}) as { value?: unknown };
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((user: { id?: unknown; displayName?: unknown; userPrincipalName?: unknown } | null) => {
    const { id, displayName, userPrincipalName } = user ?? {};
    if (typeof id !== "string" || typeof userPrincipalName !== "string") return [];
    const name = typeof displayName === "string" && displayName !== "" ? displayName : userPrincipalName;
    return [{ objectId: id, name, signInName: userPrincipalName }];
  });
}

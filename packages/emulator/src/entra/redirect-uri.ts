// Redirect URIs: exact match, except that Entra ignores the port of http://localhost. The platform of a registered URI
// decides how its code must be redeemed.
import type { Registration } from "../state/seed-types.ts";
import { EntraError } from "./entra-error.ts";

/** A platform of a registration. */
export type Platform = "spa" | "web" | "desktop";

const platforms: readonly Platform[] = ["spa", "web", "desktop"];

function withoutLoopbackPort(address: string): string {
  return address.replace(/^http:\/\/localhost:\d+(?=[/?]|$)/, "http://localhost");
}

/** Entra compares exactly, including a trailing slash after a path. Only a bare host equals the host with `/`. */
function matches(registered: string, asked: string): boolean {
  const rootless = (address: string) => withoutLoopbackPort(address).replace(/^(https?:\/\/[^/]+)\/$/, "$1");
  return rootless(registered) === rootless(asked);
}

/** The platform of a registered redirect URI. @throws AADSTS50011, AADSTS900144 */
export function platformOf(client: Registration, redirectUri: string | null | undefined): Platform {
  if (!redirectUri) throw new EntraError(900144, ["redirect_uri"]);
  for (const platform of platforms) {
    if (client.redirectUris?.[platform]?.some((registered) => matches(registered, redirectUri))) return platform;
  }
  throw new EntraError(50011, [redirectUri, client.appId]);
}

/** Whether a single-page application may redeem codes from this origin. */
export function isSpaOrigin(client: Registration, origin: string): boolean {
  return (client.redirectUris?.spa ?? []).some(
    (uri) => withoutLoopbackPort(new URL(uri).origin) === withoutLoopbackPort(origin),
  );
}

/** Whether sign-out may redirect to this address. The request names no client, so all registrations count. */
export function isPostLogoutUri(registrations: readonly Registration[], uri: string): boolean {
  return registrations.some((registration) =>
    [
      ...(registration.postLogoutRedirectUris ?? []),
      ...platforms.flatMap((p) => registration.redirectUris?.[p] ?? []),
    ].some((registered) => matches(registered, uri)),
  );
}

// Which pages may call: the origins that CORS lets in, held against the pages that the registrations know.
import { type Check, configOf, directoryOf, type Examined, type Finding } from "./check.ts";

const isLocal = (origin: string) => /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);

function run(examined: Examined): Finding[] {
  const { allowedOrigins } = configOf(examined);
  const { clients } = directoryOf(examined).registrations;
  const uris = clients.flatMap(({ application }) => application?.spa.redirectUris ?? []);
  const pages = new Set(uris.filter((uri) => URL.canParse(uri)).map((uri) => new URL(uri).origin));
  const own = examined.server?.origin;
  const lacking = [...pages].filter((page) => page !== own && !isLocal(page) && !allowedOrigins.includes(page));
  const unknown = allowedOrigins.filter((origin) => !pages.has(origin) && !isLocal(origin));
  return [
    ...lacking.map((page) => ({
      id: "cors-origin-missing",
      what: `The page at ${page} may sign in, but ALLOWED_ORIGINS does not list it.`,
      why: "Its browser refuses every call to this server, with nothing but a CORS error in the console.",
      remedy: `Add ${page} to ALLOWED_ORIGINS; never a wildcard. If this server serves that page itself, say so: npx teams-token-exchange doctor --server ${page}`,
    })),
    ...unknown.map((origin) => ({
      id: "cors-origin-without-page",
      what: `ALLOWED_ORIGINS lists ${origin}, but no client has a redirect URI there.`,
      why: "A page there cannot sign in (AADSTS50011); do not allow an origin that is not in use.",
      remedy: `npx teams-token-exchange register --page ${origin}/ adds its redirect URIs; or remove it from ALLOWED_ORIGINS.`,
    })),
  ];
}

/** CORS. */
export const origins: Check = { name: "origins", needs: "directory", run };

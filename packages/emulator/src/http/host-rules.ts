// Which Host headers the emulator accepts, and the address that it uses for itself in an answer. A web page can point a
// name of its own to 127.0.0.1 (DNS rebinding). On loopback, the emulator therefore accepts only known names.
import type { EmulatorContext } from "./context.ts";

/** The host name in a Host header. @returns undefined if the header is missing or malformed */
export function hostNameOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?$/i.test(host)) return undefined;
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : undefined;
}

const isLoopbackAddress = (hostName: string): boolean => /^127(\.\d+){3}$/.test(hostName) || hostName === "[::1]";

// Rebinding needs a name: a page whose address is an IP address cannot point it elsewhere.
const isAddress = (hostName: string): boolean => /^[\d.]+$|^\[/.test(hostName);

const originsOf = ({ origins }: EmulatorContext): string[] =>
  [origins.public, origins.http, origins.https].filter((origin) => origin !== undefined);

const isAllowed = ({ allowedHosts }: EmulatorContext, hostName: string): boolean => allowedHosts.includes(hostName);

/** Whether the host is the emulator's own, an IP address or an allowed name. */
export function isOwnHost(context: EmulatorContext, host: string | undefined): boolean {
  const hostName = hostNameOf(host);
  if (hostName === undefined) return false;
  const own = ["localhost", ...originsOf(context).map((origin) => new URL(origin).hostname)];
  return own.includes(hostName) || isAddress(hostName) || isAllowed(context, hostName);
}

/** Why a request is refused because of its Host header, if it is. */
export function hostProblem(
  context: EmulatorContext,
  host: string | undefined,
): { status: 400 | 403; code: string; message: string } | undefined {
  if (hostNameOf(host) === undefined) {
    return { status: 400, code: "EmulatorBadHost", message: "The Host header is missing or malformed." };
  }
  if (!context.isLoopback || isOwnHost(context, host)) return undefined;
  const message = `The emulator does not accept the host ${host}. If the name is yours, start it with --allowed-hosts ${hostNameOf(host)}.`;
  return { status: 403, code: "EmulatorForeignHost", message };
}

const schemeOf = (encrypted: boolean) => (encrypted ? "https" : "http");

/** The origin of a host that the issuer follows: an allowed name, or a loopback address with the emulator's port. */
function followedOrigin(context: EmulatorContext, host: string | undefined, encrypted: boolean): string | undefined {
  const hostName = hostNameOf(host);
  if (hostName === undefined) return undefined;
  const { origin, port } = new URL(`${schemeOf(encrypted)}://${host}`);
  const own = encrypted ? context.origins.https : context.origins.http;
  const isOwnAddress = isLoopbackAddress(hostName) && own !== undefined && port === new URL(own).port;
  return isAllowed(context, hostName) || isOwnAddress ? origin : undefined;
}

/**
 * The emulator's address for this request, in issuers, discovery and links: the public URL, else the Host header if the
 * issuer follows it, else the address of the port.
 */
export function requestOrigin(context: EmulatorContext, host: string | undefined, encrypted: boolean): string {
  const { origins } = context;
  const own = encrypted && origins.https ? origins.https : origins.http;
  return origins.public ?? followedOrigin(context, host, encrypted) ?? own;
}

/** Whether the emulator issues tokens under this origin. */
export function isIssuingOrigin(context: EmulatorContext, origin: string): boolean {
  if (originsOf(context).includes(origin)) return true;
  if (!URL.canParse(origin)) return false;
  const { host, protocol } = new URL(origin);
  return followedOrigin(context, host, protocol === "https:") === origin;
}

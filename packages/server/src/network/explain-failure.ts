// What went wrong on the way to another service, in one sentence for operators: the host, the library's code, the setting and what
// to do. It never quotes an error: these may repeat an address with its password.
import { LoggableError } from "../problems/loggable-error.ts";
import type { ProxySettings } from "../settings/network-settings.ts";

/** Where a request went. */
export interface Destination {
  /** What could not be done, up to the host, such as "Cannot fetch signing keys from". */
  readonly attempt: string;
  readonly host: string;
  /** The setting that names the host. */
  readonly setting: string;
  readonly proxy?: ProxySettings | undefined;
}

interface Failure {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  /** MSAL's way to keep a cause. */
  readonly error?: unknown;
  readonly errors?: unknown;
  readonly hostname?: unknown;
  readonly port?: unknown;
}

/** How deep a chain of causes is followed; it may be a ring. */
const maxCauses = 5;

function chainOf(error: unknown): Failure[] {
  const chain: Failure[] = [];
  let next = error;
  while (typeof next === "object" && next !== null && chain.length < maxCauses) {
    const failure: Failure = next;
    chain.push(failure);
    next = failure.cause ?? failure.error ?? (Array.isArray(failure.errors) ? failure.errors[0] : undefined);
  }
  return chain;
}

/** The code of an error or of its causes, such as ENOTFOUND. */
export function codeOf(error: unknown): string | undefined {
  const codes = chainOf(error).map(({ code, name }) => (name === "TimeoutError" ? "ETIMEDOUT" : code));
  return codes.find((code): code is string => typeof code === "string" && /^[A-Z][A-Z0-9_]{2,60}$/.test(code));
}

const untrusted = /SELF_SIGNED|UNABLE_TO_|CERT_(UNTRUSTED|REJECTED|CHAIN_TOO_LONG|SIGNATURE_FAILURE)|INVALID_CA/;

/** By the code; the first that matches. */
const remedies: readonly [code: RegExp, remedy: (setting: string) => string][] = [
  [/^(ENOTFOUND|EAI_\w+)$/, (setting) => `Check ${setting} and DNS`],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, () => "Its certificate is not valid now. Renew it, or correct the clock"],
  [/ALTNAME|HOSTNAME/, (setting) => `Its certificate is for another host. Check ${setting}`],
  [
    untrusted,
    () =>
      "Its certificate is not trusted. If it, or a proxy's, is of a CA of your own, name that in NODE_EXTRA_CA_CERTS",
  ],
  [/^(EPROTO|ERR_SSL|ERR_TLS)/, (setting) => `Its TLS cannot be used. Check ${setting} and what lies between`],
  [/^UND_ERR_PRX|^UND_ERR_ABORTED$/, () => "Check HTTPS_PROXY"],
];

/** What the proxy did, if it was the proxy's fault. */
function explainProxy(chain: readonly Failure[], { host, proxy }: Destination): string | undefined {
  if (!proxy || !URL.canParse(proxy.httpsProxy)) return undefined;
  const { hostname, port, protocol, host: proxyHost } = new URL(proxy.httpsProxy);
  const messages = chain.map(({ message }) => String(message));
  const status = messages.map((text) => /^Proxy response \((\d{3})\)/.exec(text)?.[1]).find(Boolean);
  if (status === "407") return `The proxy ${proxyHost} refuses user and password (407). Correct them in HTTPS_PROXY`;
  if (status) return `The proxy ${proxyHost} does not connect (${status}). Allow ${host} there, or add it to NO_PROXY`;
  const proxyPort = Number(port || (protocol === "https:" ? 443 : 80));
  const isItsOwn =
    chain.some((failure) => failure.hostname === hostname || failure.port === proxyPort) ||
    messages.some((text) => text.includes(`${hostname}:${proxyPort}`)) ||
    chain.some(({ code }) => /^UND_ERR_PRX/.test(String(code)));
  return isItsOwn ? `The proxy ${proxyHost} cannot be reached. Check HTTPS_PROXY` : undefined;
}

/** One sentence or two, without a full stop at the end, so that the reader's next step can follow. */
export function explainFailure(error: unknown, destination: Destination): string {
  const { attempt, host, setting } = destination;
  const chain = chainOf(error);
  const own = chain.find((failure) => failure instanceof LoggableError);
  if (own) return `${attempt} ${host}. ${String(own.message).replace(/\.$/, "")}`;
  const code = codeOf(error);
  const remedy = remedies.find(([form]) => form.test(code ?? ""))?.[1](setting);
  const what = explainProxy(chain, destination) ?? remedy ?? `Check ${setting}, the network and the firewall`;
  return `${attempt} ${host}${code === undefined ? "" : ` (${code})`}. ${what}`;
}

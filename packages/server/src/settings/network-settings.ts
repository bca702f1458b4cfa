// The settings of outgoing requests. Names and meanings are Node's own, but Node reads them only from the environment in which
// it starts. Here they also count in .env, and for requests that Node's switch does not reach.
import type { SettingProblem, SettingRows, ValuesOf } from "./setting.ts";
import { asUrl, text } from "./setting-formats.ts";

export const networkSettings = {
  NODE_USE_ENV_PROXY: {
    schema: text.transform((given) => given === "1").prefault("0"),
    description:
      "With `1`, requests to Entra ID, ACS, Microsoft Graph and the OTLP receiver go through the proxy. Redis, PostgreSQL and managed identities are always reached directly, and so is this machine, unless the proxy is on it too.",
    example: "1",
    guide: "guides/troubleshooting.md#proxy-and-private-ca",
  },
  HTTPS_PROXY: {
    schema: text.optional(),
    description: "Proxy for https addresses. It may contain a user and a password. `https_proxy` works too.",
    example: "http://proxy.example.com:3128",
  },
  HTTP_PROXY: {
    schema: text.optional(),
    description: "Proxy for http addresses, and for https addresses if `HTTPS_PROXY` is missing.",
    example: "http://proxy.example.com:3128",
  },
  NO_PROXY: {
    schema: text.default(""),
    description:
      "Hosts that are reached without the proxy, separated by commas. `example.com` includes its subdomains.",
    example: "example.com,10.1.2.3",
  },
} satisfies SettingRows;

/** A proxy as undici and Node take it. The addresses may hold a password and go nowhere else. */
export interface ProxySettings {
  /** Empty if there is none. */
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
}

export interface NetworkSettings {
  /** Undefined if requests go directly. */
  readonly proxy: ProxySettings | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Values = ValuesOf<typeof networkSettings>;

/** The environment with the lower-case names of the proxy, which come first, as in Node and curl. */
export function withProxyNames(env: Environment): Record<string, string | undefined> {
  const named = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"].map((name) => [name, env[name.toLowerCase()] || env[name]]);
  return { ...env, ...Object.fromEntries(named) };
}

/** The settings as outgoing requests take them. */
export function networkOf(values: Values): NetworkSettings {
  const httpProxy = values.HTTP_PROXY ?? "";
  const httpsProxy = values.HTTPS_PROXY ?? httpProxy;
  const isUsed = httpsProxy !== "" && values.NODE_USE_ENV_PROXY;
  return { proxy: isUsed ? { httpProxy, httpsProxy, noProxy: values.NO_PROXY } : undefined };
}

/** Node ignores a proxy without its switch, and where only the proxy leads out, nothing can be reached. */
export function* proxyWarnings(values: Partial<Values>): Generator<SettingProblem> {
  const named = (["HTTPS_PROXY", "HTTP_PROXY"] as const).find((name) => values[name] !== undefined);
  if (named === undefined || values.NODE_USE_ENV_PROXY) return;
  yield [named, "is set, but no request goes through it; set NODE_USE_ENV_PROXY=1 too, or remove it"];
}

/** A proxy is judged only if it is used: the variables may be there for other programs. */
export function* proxyProblems(values: Partial<Values>): Generator<SettingProblem> {
  if (!values.NODE_USE_ENV_PROXY) return;
  for (const name of ["HTTPS_PROXY", "HTTP_PROXY"] as const) {
    const given = values[name];
    if (given === undefined || /^https?:$/.test(asUrl(given)?.protocol ?? "")) continue;
    yield [name, "must look like http://user:password@proxy.example.com:3128, with the scheme"];
  }
}

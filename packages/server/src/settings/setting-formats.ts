// The formats of settings: each schema turns the text of an environment variable into a value. An error message completes
// a sentence that starts with the setting's name, and never contains the value.
import { X509Certificate } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { accept, type Result, refuse } from "@teams-token-exchange/rules";
import { z } from "zod";

export const asUrl = (text: string) => (URL.canParse(text) ? new URL(text) : undefined);

const splitList = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

/** Whether an address is this machine's own. */
export const isLoopback = (url: URL): boolean => ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);

/** Whether an address is a host of ACS, in any of Microsoft's clouds. */
export const isAzure = (url: URL): boolean => /\.communication\.azure\.(com|us|cn)$/.test(url.hostname);

/** Whether a URL is only an origin: nothing follows its host and port, and it has no user or password. */
export const isBareOrigin = (url: URL) =>
  url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password && /^https?:$/.test(url.protocol);

/** A format that a function reads. */
export const readBy = <Value>(read: (text: string) => Result<Value, string>) =>
  z.string().transform((text, context) => {
    const result = read(text);
    if (result.ok) return result.value;
    context.addIssue(result.reason);
    return z.NEVER;
  });

/** Text without white space around it. */
export const text = z.string().trim();

/** A list, separated by commas. */
export const listOf = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z.string().transform(splitList).pipe(z.array(item));

/** A whole number between two limits, both included. */
export function wholeNumber(least: number, most: number, error: string) {
  return z.coerce.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

export const port = wholeNumber(0, 65_535, "must be a port number from 0 to 65535");

/** Systems keep the address of a socket in so many bytes: 104 on macOS, 108 on Linux, one of them for its end. */
export const maxSocketPathBytes = 103;
const isPipe = (given: string) => /^\\\\[.?]\\pipe\\./.test(given);

/** A port, or where a host like App Service on Windows or a proxy on the same machine wants the server: a pipe or a socket. */
export const portOrSocket = readBy((given): Result<number | string, string> => {
  const place = given.trim();
  if (isPipe(place)) return accept(place);
  if (place.startsWith("/")) {
    if (Buffer.byteLength(place) <= maxSocketPathBytes) return accept(place);
    return refuse(`must be at most ${maxSocketPathBytes} bytes long if it is the path of a socket`);
  }
  const number = port.safeParse(place);
  return number.success
    ? accept(number.data)
    : refuse("must be a port number from 0 to 65535, or the absolute path of a socket");
});

/** How many at most; 0 switches the limit off. */
export const limit = wholeNumber(0, 1_000_000, "must be a whole number from 0 to 1000000; 0 means no limit");

/** A switch that is off by default. */
/** How the server signs in to a data service. */
export const passwordOrEntra = z
  .enum(["password", "entra"], { error: "must be password or entra" })
  .default("password");

export const trueOrFalse = text
  .toLowerCase()
  .pipe(z.enum(["true", "false"], { error: "must be true or false" }))
  .default("false")
  .transform((given) => given === "true");

export const guid = text.pipe(z.guid({ error: "must be a GUID; copy it from the Entra admin center" }).toLowerCase());

export type BasePathRefusal =
  "must be a path such as /teams: a slash, then letters, digits, -, _ and . only. Leave it empty if the page is at the root of its host";

/** Reads a path such as `/teams`, with or without a slash at its end. The root is the empty text. */
export function readBasePath(given: string): Result<string, BasePathRefusal> {
  const path = given.trim().replace(/\/$/, "");
  if (/^(\/\w[\w.-]*)*$/.test(path)) return accept(path);
  return refuse(
    "must be a path such as /teams: a slash, then letters, digits, -, _ and . only. Leave it empty if the page is at the root of its host",
  );
}

/** The name of a header that neither HTTP nor a proxy uses for something else. */
export const headerName = text.toLowerCase().regex(/^x-(?!forwarded-|real-ip$|request-id$)[a-z0-9-]{1,60}$/, {
  error: "must be the name of a header of your own that begins with x-, such as x-caller-authorization",
});

/** The name of an authentication context, as conditional access numbers them. */
export const authContext = z
  .string()
  .regex(/^c([1-9]|[1-9]\d)$/, { error: "must be an authentication context, c1 to c99" });

/** An address that is only an origin, read as a URL. */
export const bareOrigin = (example: string) =>
  readBy((given) => {
    const url = asUrl(given.trim());
    return url && isBareOrigin(url) ? accept(url) : refuse(`must be an origin such as ${example}, without a path`);
  });

/** Schemes whose pages are not an app of somebody: any page could be one of them, or sends the origin `null`. */
const noAppSchemes = /^(https?|wss?|ftp|file|filesystem|data|blob|javascript|about|view-source):/;

/** The origin of an app's web view, such as capacitor://localhost. The URL standard calls it opaque, so its text counts. */
const isAppOrigin = (given: string) =>
  /^[a-z][a-z\d+.-]*:\/\/[a-z\d._-]+(:\d{1,5})?$/.test(given) && !noAppSchemes.test(given);

const isLocalOrigin = (url: URL) => isLoopback(url) || url.hostname.endsWith(".localhost");

/** An origin exactly as browsers send it: scheme, host and port in lower case, no path, no wildcard. */
export const browserOrigin = z
  .string()
  .refine((given) => (asUrl(given)?.origin === given && /^https?:/.test(given)) || isAppOrigin(given), {
    error: "must list exact origins such as https://app.example.com, without a path, a trailing slash or a wildcard",
    abort: true,
  })
  .refine((given) => !given.startsWith("http:") || isLocalOrigin(new URL(given)), {
    error: "may list http origins only for loopback; use https",
  });

/** An Application ID URI, exactly as tokens carry it in `aud`. */
export const applicationIdUri = z.string().regex(/^(api|https|urn):[^\s*]+$/, {
  error: "must be an Application ID URI such as api://contoso.example/exchange",
});

export const httpAddress = z.url({ protocol: /^https?$/, error: "must be an http or https address" });

export type ConnectionStringRefusal =
  | "must look like endpoint=https://…;accesskey=…"
  | "must name an endpoint that is an origin, without a path"
  | "must carry an access key in base64";

/**
 * Splits an ACS connection string, `endpoint=https://<resource>.communication.azure.com/;accesskey=<base64>`, into endpoint
 * and access key. The order of the parts is free. cross-checks.ts decides whether the endpoint may be used.
 *
 * The SDK would put the whole string, with the secret, into its error message; so it only sees what was read here.
 */
export function parseConnectionString(
  given: string,
): Result<{ endpoint: URL; accessKey: string }, ConnectionStringRefusal> {
  const parts = new Map(
    given.split(";").map((part) => {
      const [name = "", ...value] = part.split("=");
      return [name.trim().toLowerCase(), value.join("=").trim()];
    }),
  );
  const endpointText = parts.get("endpoint");
  const accessKey = parts.get("accesskey");
  if (!endpointText || accessKey === undefined) return refuse("must look like endpoint=https://…;accesskey=…");
  const endpoint = asUrl(endpointText);
  if (!endpoint || !isBareOrigin(endpoint)) return refuse("must name an endpoint that is an origin, without a path");
  if (!/^[A-Za-z0-9+/]{22,}={0,2}$/.test(accessKey)) return refuse("must carry an access key in base64");
  return accept({ endpoint, accessKey });
}

const privateNetworks = new BlockList();
privateNetworks.addSubnet("127.0.0.0", 8, "ipv4");
privateNetworks.addSubnet("10.0.0.0", 8, "ipv4");
privateNetworks.addSubnet("172.16.0.0", 12, "ipv4");
privateNetworks.addSubnet("192.168.0.0", 16, "ipv4");
privateNetworks.addAddress("::1", "ipv6");
privateNetworks.addSubnet("fc00::", 7, "ipv6");

/** Names that no public DNS server knows: a single label, as containers have, and the reserved endings. */
const privateName = /^[^.]+$|\.(localhost|internal|local|lan|home\.arpa|svc|test)$/;

/** Whether a host is this machine, or in a private network by its address or name. */
export function isPrivate(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[|\]$/g, "");
  const version = isIP(host);
  return version === 0 ? privateName.test(host) : privateNetworks.check(host, version === 4 ? "ipv4" : "ipv6");
}

/**
 * What is wrong with the password of an address, if that is why it cannot be read. Generated passwords and the keys of Azure
 * contain characters that have a meaning in an address.
 */
function passwordProblem(given: string): string | undefined {
  const url = asUrl(given);
  const isCutOff = url
    ? /@/.test(url.pathname + url.hash) || /^\?[^=]*@/.test(url.search)
    : /^[a-z]+:\/\/[^@/?#]*[/?#].*@/i.test(given);
  if (isCutOff) return "has a / or ? or # in its user or password; write %2F for /, %3F for ? and %23 for #";
  try {
    decodeURIComponent(`${url?.username}${url?.password}`);
    return undefined;
  } catch {
    return "has a % in its user or password that is not part of a code such as %2F; write %25 for %";
  }
}

export type RedisUrlRefusal =
  | "must look like rediss://user:password@host:6380"
  | "must look like rediss://:password@host:6380; it is the form host:port,password=…,ssl=True of the Azure portal. Encode the password: %2F for /, %2B for +, %3D for ="
  | "may be redis:// only for this machine, a private address or a private name; use rediss:// (TLS)"
  | (string & {});

/**
 * Reads the address of a Redis. Anyone who can write there can take entries off the deny-list, and the quota holds user
 * IDs: without TLS, only a Redis on this machine or in a private network is allowed.
 */
export function checkRedisUrl(given: string): Result<string, RedisUrlRefusal> {
  const trimmed = given.trim();
  if (/^[^/]+,\s*(password|ssl|user|abortConnect)\s*=/i.test(trimmed)) {
    return refuse(
      "must look like rediss://:password@host:6380; it is the form host:port,password=…,ssl=True of the Azure portal. Encode the password: %2F for /, %2B for +, %3D for =",
    );
  }
  const ofPassword = /^rediss?:/.test(trimmed) ? passwordProblem(trimmed) : undefined;
  if (ofPassword) return refuse(ofPassword);
  const url = asUrl(trimmed);
  if (!url || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || !/^\/?\d*$/.test(url.pathname)) {
    return refuse("must look like rediss://user:password@host:6380");
  }
  if (url.protocol === "redis:" && !isPrivate(url.hostname)) {
    return refuse("may be redis:// only for this machine, a private address or a private name; use rediss:// (TLS)");
  }
  return accept(trimmed);
}

/** No proxy, this many proxies in front of the server, or the proxies with these addresses and networks. */
export type TrustedProxies = false | number | string[];

export type TrustedProxiesRefusal =
  "must be a number of proxies from 1 to 10, or addresses and networks such as 10.0.0.0/8, comma separated";

function isNetwork(given: string): boolean {
  const [address = "", prefix, more] = given.split("/");
  const version = isIP(address);
  if (version === 0 || more !== undefined) return false;
  if (prefix === undefined) return true;
  const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
  // A prefix of 0 would trust every address.
  return bits >= 1 && bits <= (version === 4 ? 32 : 128);
}

/** Reads which proxies are trusted; empty means none, because a client could send any `X-Forwarded-For`. */
export function readTrustedProxies(given: string): Result<TrustedProxies, TrustedProxiesRefusal> {
  const refusal: TrustedProxiesRefusal =
    "must be a number of proxies from 1 to 10, or addresses and networks such as 10.0.0.0/8, comma separated";
  const items = splitList(given);
  const [first = ""] = items;
  if (items.length === 0) return accept(false);
  if (items.length === 1 && /^\d+$/.test(first)) {
    const hops = Number(first);
    return hops >= 1 && hops <= 10 ? accept(hops) : refuse(refusal);
  }
  return items.every(isNetwork) ? accept(items) : refuse(refusal);
}

const graphHosts = [
  "graph.microsoft.com",
  "graph.microsoft.us",
  "dod-graph.microsoft.us",
  "microsoftgraph.chinacloudapi.cn",
];

/** The origin of Microsoft Graph in one of Microsoft's clouds, or of an emulator on loopback. */
export const graphOrigin = readBy((given) => {
  const url = asUrl(given.trim());
  const isAllowed = url && (isLoopback(url) || (url.protocol === "https:" && graphHosts.includes(url.host)));
  if (isAllowed && isBareOrigin(url)) return accept(url.origin);
  return refuse(`must be the origin of Microsoft Graph, https://${graphHosts[0]} or that of a national cloud`);
});

/** The address of a PostgreSQL database. */
export const postgresAddress = readBy((given): Result<string, string> => {
  const trimmed = given.trim();
  const form = "must be an address such as postgresql://user:password@host:5432/database";
  if (!/^postgres(ql)?:/.test(trimmed)) {
    const isPairs = /(^|[;\s])(host|server|data source)\s*=/i.test(trimmed);
    return refuse(isPairs ? `${form}, not a list of names and values` : form);
  }
  const ofPassword = passwordProblem(trimmed);
  if (ofPassword) return refuse(ofPassword);
  return asUrl(trimmed) ? accept(trimmed) : refuse(form);
});

function isCertificateWithKey(pem: string): boolean {
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(pem)) return false;
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}

/** Secret stores and `docker --env-file` keep a text in one line: its line breaks are then the two characters \\n. */
const withLineBreaks = (pem: string) => pem.replaceAll(/(\\r)?\\n/g, "\n");

/** A certificate and its private key in one PEM text. */
export const certificateWithKey = z.string().transform(withLineBreaks).refine(isCertificateWithKey, {
  error: "must hold a certificate and its private key, both as PEM",
});

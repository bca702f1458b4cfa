// The one schema of all settings. It turns the process environment into a frozen Config, or reports every bad variable
// at once, by name and without its value. Loading an .env file is left to main.ts.
import { z } from "zod";
import { parseConnectionString } from "./acs/connection-string.ts";

const isLoopback = (url: URL) => ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname);
const asUrl = (text: string) => (URL.canParse(text) ? new URL(text) : undefined);
const splitList = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

const guid = z.guid({ error: "must be a GUID, as the Entra admin center shows it" }).toLowerCase();
const required = (what: string) => z.string({ error: `is missing: ${what}` }).trim();

const authority = z
  .string()
  .default("https://login.microsoftonline.com")
  .transform((text, context) => {
    const url = asUrl(text);
    const isBareOrigin = url && url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
    if (isBareOrigin && /^https?:$/.test(url.protocol)) return url;
    context.addIssue("must be an origin such as https://login.microsoftonline.com, without a path");
    return z.NEVER;
  });

/** An origin exactly as browsers send it: scheme, host and port in lower case, nothing behind it, no wildcard. */
const origin = z
  .string()
  .refine((text) => asUrl(text)?.origin === text && /^https?:/.test(text), {
    error: "must list exact origins such as https://app.example.com, without a path, a trailing slash or a wildcard",
    abort: true,
  })
  .refine((text) => text.startsWith("https:") || isLoopback(new URL(text)), {
    error: "may list http origins only for loopback",
  });

const connectionString = required("the connection string of the Azure Communication Services resource").transform(
  (text, context) => {
    const parsed = parseConnectionString(text);
    if (parsed.ok) return parsed.value;
    context.addIssue(parsed.reason);
    return z.NEVER;
  },
);

const insecureLoopback = z
  .enum(["true", "false"], { error: "must be true or false" })
  .default("false")
  .transform((text) => text === "true");

const settings = z
  .object({
    PORT: z.coerce.number({ error: "must be a port number" }).int().min(0).max(65_535).default(3000),
    HOST: z.string().trim().default("127.0.0.1"),
    ENTRA_AUTHORITY: authority,
    ENTRA_TENANT_ID: required("the directory (tenant) id, a GUID").pipe(guid),
    ENTRA_API_CLIENT_ID: required("the application (client) id of the API registration, a GUID").pipe(guid),
    ENTRA_CLIENT_IDS: required("the application (client) ids that may call, comma separated")
      .transform(splitList)
      .pipe(z.array(guid).min(1, { error: "must name at least one client" })),
    ACS_CONNECTION_STRING: connectionString,
    ALLOWED_ORIGINS: z.string().default("").transform(splitList).pipe(z.array(origin)),
    ALLOW_INSECURE_LOOPBACK: insecureLoopback,
    LOG_LEVEL: z
      .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
        error: "must be one of fatal, error, warn, info, debug, trace, silent",
      })
      .default("info"),
  })
  .transform((env) => ({
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    allowedOrigins: env.ALLOWED_ORIGINS,
    entra: {
      authority: env.ENTRA_AUTHORITY.origin,
      tenantId: env.ENTRA_TENANT_ID,
      apiClientId: env.ENTRA_API_CLIENT_ID,
      clientIds: env.ENTRA_CLIENT_IDS,
    },
    acs: {
      endpoint: env.ACS_CONNECTION_STRING.endpoint.origin,
      credential: { accessKeys: [env.ACS_CONNECTION_STRING.accessKey] },
      allowInsecureConnection: env.ALLOW_INSECURE_LOOPBACK,
    },
  }));

/** A schema of its own, so that the addresses are judged together even where another setting is bad. */
const addresses = z
  .object({
    ENTRA_AUTHORITY: authority,
    ACS_CONNECTION_STRING: connectionString,
    ALLOW_INSECURE_LOOPBACK: insecureLoopback,
  })
  .superRefine((env, context) => {
    for (const [setting, message] of addressProblems(env)) {
      context.addIssue({ code: "custom", path: [setting], message });
    }
  });

/**
 * The addresses judged together. A connection string is a place to send a secret-signed request to, so only Azure's own
 * hosts are taken, and an emulator's address only on loopback, by an explicit setting, and for both services at once:
 * half an emulator is a mistake that production must not start with.
 */
function* addressProblems(env: {
  ENTRA_AUTHORITY: URL;
  ACS_CONNECTION_STRING: { endpoint: URL };
  ALLOW_INSECURE_LOOPBACK: boolean;
}): Generator<[setting: string, problem: string]> {
  const { ENTRA_AUTHORITY: authorityUrl, ALLOW_INSECURE_LOOPBACK: insecure } = env;
  const { endpoint } = env.ACS_CONNECTION_STRING;
  const loopbackOnly = "may use http only for loopback, and only with ALLOW_INSECURE_LOOPBACK=true";
  if (authorityUrl.protocol === "http:" && !(insecure && isLoopback(authorityUrl))) {
    yield ["ENTRA_AUTHORITY", loopbackOnly];
  }
  if (endpoint.protocol === "http:" && !(insecure && isLoopback(endpoint))) {
    yield ["ACS_CONNECTION_STRING", loopbackOnly];
  }
  const isAzure = /\.communication\.azure\.(com|us|cn)$/.test(endpoint.hostname);
  if (endpoint.protocol === "https:" && !isAzure && !(insecure && isLoopback(endpoint))) {
    yield ["ACS_CONNECTION_STRING", "must name a host under communication.azure.com (or .us, .cn)"];
  }
  if (isLoopback(authorityUrl) !== isLoopback(endpoint)) {
    yield ["ENTRA_AUTHORITY", "and ACS_CONNECTION_STRING must both be an emulator's or both be Microsoft's"];
  } else if (insecure && !isLoopback(authorityUrl)) {
    yield [
      "ALLOW_INSECURE_LOOPBACK",
      "is for emulators on this machine; take it out where neither address is loopback",
    ];
  }
}

/** All settings, parsed once at start and passed inward. */
export type Config = z.infer<typeof settings>;

/** Thrown by {@link readConfig}: one line a bad setting, by name, never a value. */
export class ConfigError extends Error {
  readonly problems: readonly { setting: string; problem: string }[];
  constructor(problems: readonly { setting: string; problem: string }[]) {
    const lines = problems.map(({ setting, problem }) => `  ${setting} ${problem}`);
    super(`${problems.length} setting(s) need attention (values are not shown):\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Reads the settings out of an environment. An empty variable counts as missing.
 * @throws {ConfigError} naming every bad or missing setting at once.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  const parsed = settings.safeParse(given);
  const judged = addresses.safeParse(given);
  if (parsed.success && judged.success) return Object.freeze(parsed.data);
  const lines = new Map(
    [...(parsed.error?.issues ?? []), ...(judged.error?.issues ?? [])].map(({ path: [setting, item], message }) => {
      const problem = typeof item === "number" ? `item ${item + 1} ${message}` : message;
      return [`${String(setting)} ${problem}`, { setting: String(setting), problem }];
    }),
  );
  throw new ConfigError([...lines.values()]);
}

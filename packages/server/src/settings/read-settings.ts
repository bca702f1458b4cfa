// The one schema of all settings. It turns the process environment into a frozen Config, or reports every bad variable
// at once, by name and without its value. Loading an .env file is left to main.ts.
import { z } from "zod";
import { mappingProblems, mappingSettings, mappingSettingsOf } from "./acs-users-settings.ts";
import { parseConnectionString } from "./connection-string.ts";
import { addressProblems, isLoopback } from "./cross-checks.ts";
import { checkRedisUrl } from "./redis-url.ts";
import { fileSettings, withSecretFiles } from "./secret-files.ts";
import { telemetryOf, telemetrySettings } from "./telemetry-settings.ts";
import { readTrustedProxies } from "./trusted-proxies.ts";

const asUrl = (text: string) => (URL.canParse(text) ? new URL(text) : undefined);
const splitList = (text: string) =>
  text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");

const guid = z.guid({ error: "must be a GUID, as the Entra admin center shows it" }).toLowerCase();
const required = (what: string) => z.string({ error: `is missing: ${what}` }).trim();

/** An address without anything behind its host and port. */
const bareOrigin = (example: string) =>
  z.string().transform((text, context) => {
    const url = asUrl(text.trim());
    const isBare = url && url.pathname === "/" && !url.search && !url.hash && !url.username && !url.password;
    if (isBare && /^https?:$/.test(url.protocol)) return url;
    context.addIssue(`must be an origin such as ${example}, without a path`);
    return z.NEVER;
  });
const authority = bareOrigin("https://login.microsoftonline.com").prefault("https://login.microsoftonline.com");
const acsEndpoint = bareOrigin("https://contoso.unitedstates.communication.azure.com");

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

const connectionString = z.string().transform((text, context) => {
  const parsed = parseConnectionString(text);
  if (parsed.ok) return parsed.value;
  context.addIssue(parsed.reason);
  return z.NEVER;
});

/** Authentication contexts as conditional access numbers them. */
const authContexts = z
  .string()
  .default("")
  .transform(splitList)
  .pipe(z.array(z.string().regex(/^c([1-9]|[1-9]\d)$/, { error: "must be an authentication context, c1 to c99" })));

const count = (standard: number) =>
  z.coerce.number({ error: "must be a whole number, 0 for no limit" }).int().min(0).max(1_000_000).default(standard);

const redisUrl = z.string().transform((text, context) => {
  const checked = checkRedisUrl(text.trim());
  if (checked.ok) return checked.value;
  context.addIssue(checked.reason);
  return z.NEVER;
});

const trustedProxies = z
  .string()
  .default("")
  .transform((text, context) => {
    const read = readTrustedProxies(text);
    if (read.ok) return read.value;
    context.addIssue(read.reason);
    return z.NEVER;
  });

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
    REQUIRED_AUTH_CONTEXTS: authContexts,
    ACS_CONNECTION_STRING: connectionString.optional(),
    ACS_CONNECTION_STRING_SECONDARY: connectionString.optional(),
    ACS_ENDPOINT: acsEndpoint.optional(),
    TEAMS_PHONE_EXTENSIBILITY: z.enum(["true", "false"], { error: "must be true or false" }).default("false"),
    ALLOWED_ORIGINS: z.string().default("").transform(splitList).pipe(z.array(origin)),
    ALLOW_INSECURE_LOOPBACK: insecureLoopback,
    ACS_EXCHANGES_PER_30S: count(450),
    RATE_LIMIT_PER_CALLER: count(120),
    RATE_LIMIT_PER_ADDRESS: count(0),
    TRUSTED_PROXIES: trustedProxies,
    REDIS_URL: redisUrl.optional(),
    ADMIN_APP_ROLE: z
      .string()
      .regex(/^[\w.-]{1,120}$/, { error: "must be the value of an app role, such as Exchange.Admin" })
      .optional(),
    LOG_LEVEL: z
      .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"], {
        error: "must be one of fatal, error, warn, info, debug, trace, silent",
      })
      .default("info"),
    ...mappingSettings,
    ...telemetrySettings,
  })
  .transform((env) => ({
    port: env.PORT,
    host: env.HOST,
    logLevel: env.LOG_LEVEL,
    telemetry: telemetryOf(env),
    allowedOrigins: env.ALLOWED_ORIGINS,
    trustedProxies: env.TRUSTED_PROXIES,
    limits: {
      exchangesPer30s: env.ACS_EXCHANGES_PER_30S,
      perCaller: env.RATE_LIMIT_PER_CALLER,
      perAddress: env.RATE_LIMIT_PER_ADDRESS,
    },
    redisUrl: env.REDIS_URL,
    mappings: mappingSettingsOf(env),
    adminAppRole: env.ADMIN_APP_ROLE,
    entra: {
      authority: env.ENTRA_AUTHORITY.origin,
      tenantId: env.ENTRA_TENANT_ID,
      apiClientId: env.ENTRA_API_CLIENT_ID,
      clientIds: env.ENTRA_CLIENT_IDS,
      requiredAuthContexts: env.REQUIRED_AUTH_CONTEXTS,
    },
    acs: {
      endpoint: (env.ACS_CONNECTION_STRING?.endpoint ?? env.ACS_ENDPOINT)?.origin ?? "",
      /** In the order of trying them; none means that the server signs in with an Entra identity of its own. */
      accessKeys: [env.ACS_CONNECTION_STRING, env.ACS_CONNECTION_STRING_SECONDARY].flatMap((given) =>
        given ? [given.accessKey] : [],
      ),
      allowInsecureConnection: env.ALLOW_INSECURE_LOOPBACK,
    },
    /** Whether clients are told of the direct exchange. */
    teamsPhoneExtensibility: env.TEAMS_PHONE_EXTENSIBILITY === "true",
  }));

/** Every name that the schema knows, and the forms that name a file with the value in it. */
export const settingNames: readonly string[] = [
  ...Object.keys(settings.in.shape),
  ...fileSettings.map((setting) => `${setting}_FILE`),
];

/** What no single setting can tell; judged from whatever is readable, so that everything is reported at once. */
function* problemsAcross(env: Record<string, string | undefined>): Generator<[setting: string, problem: string]> {
  const named = connectionString.safeParse(env["ACS_CONNECTION_STRING"]).data?.endpoint;
  const bare = acsEndpoint.safeParse(env["ACS_ENDPOINT"]).data;
  if (env["ACS_CONNECTION_STRING"] && env["ACS_ENDPOINT"]) {
    yield ["ACS_ENDPOINT", "and ACS_CONNECTION_STRING are both set; keep one"];
  }
  if (!env["ACS_CONNECTION_STRING"] && !env["ACS_ENDPOINT"]) {
    yield [
      "ACS_CONNECTION_STRING",
      "is missing: the connection string of the Azure Communication Services resource (or ACS_ENDPOINT, for a managed identity)",
    ];
  }
  yield* addressProblems({
    authority: authority.safeParse(env["ENTRA_AUTHORITY"]).data,
    acs: named
      ? { setting: "ACS_CONNECTION_STRING", endpoint: named }
      : bare && { setting: "ACS_ENDPOINT", endpoint: bare },
    secondaryEndpoint: connectionString.safeParse(env["ACS_CONNECTION_STRING_SECONDARY"]).data?.endpoint,
    allowInsecureLoopback: env["ALLOW_INSECURE_LOOPBACK"] === "true",
  });
  if (env["TEAMS_PHONE_EXTENSIBILITY"] === "true" && (named ?? bare)?.protocol === "http:") {
    yield [
      "TEAMS_PHONE_EXTENSIBILITY",
      "needs an https address of ACS: browsers send it a token, and the SDK does so over https alone",
    ];
  }
  yield* mappingProblems(env, authority.safeParse(env["ENTRA_AUTHORITY"]).data);
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
export function readConfig(environment: Record<string, string | undefined>): Config {
  const { env, problems } = withSecretFiles(environment);
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ""),
  );
  // Read once: a function that zod would write and compile for it costs a start more than it saves.
  const parsed = settings.safeParse(given, { jitless: true });
  const found: [setting: string, problem: string][] = [
    ...problems,
    ...(parsed.error?.issues ?? []).map(({ path: [setting, item], message }): [string, string] => [
      String(setting),
      typeof item === "number" ? `item ${item + 1} ${message}` : message,
    ]),
    ...problemsAcross(given),
  ];
  if (parsed.success && found.length === 0) return Object.freeze(parsed.data);
  throw new ConfigError(found.map(([setting, problem]) => ({ setting, problem })));
}

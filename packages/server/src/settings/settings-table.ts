// Every setting has one row, here or in the file of its plugin. The Config, the reference, .env.example, the form with _FILE, the
// descriptions of deployment parameters and the checks of doctor come from the rows.
import { anyOrganization } from "@teams-token-exchange/rules";
import { z } from "zod";
import { acsUsersSettings, mappingSettingsOf } from "./acs-users-settings.ts";
import { networkOf, networkSettings } from "./network-settings.ts";
import type { SettingNote, SettingRows, ValuesOf } from "./setting.ts";
import {
  applicationIdUri,
  authContext,
  bareOrigin,
  browserOrigin,
  checkRedisUrl,
  guid,
  headerName,
  limit,
  listOf,
  parseConnectionString,
  passwordOrEntra,
  portOrSocket,
  readBasePath,
  readBy,
  readTrustedProxies,
  text,
  trueOrFalse,
} from "./setting-formats.ts";
import { telemetryOf, telemetrySettings } from "./telemetry-settings.ts";
import type { Tenancy } from "./tenants-file.ts";

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const serverSettings = {
  PORT: {
    schema: portOrSocket.default(3000),
    description:
      "Port to listen on. Or the absolute path of a socket, or a named pipe of Windows, as App Service and iisnode set it; `HOST` has no meaning then.",
  },
  HOST: {
    schema: text.default("127.0.0.1"),
    description: "Address to listen on. Use `0.0.0.0` in a container.",
  },
  ALLOWED_ORIGINS: {
    schema: listOf(browserOrigin).prefault(""),
    description:
      "Exact origins of pages on other hosts that may call, separated by commas. Apps with a web view have origins such as `capacitor://localhost`. The page that this server serves needs none.",
    example: "https://app.example.com",
    alsoCalled: ["CORS_ORIGIN", "CORS_ORIGINS"],
  },
  TRUSTED_PROXIES: {
    schema: readBy(readTrustedProxies).prefault(""),
    description:
      "Proxies whose `X-Forwarded-For` header is trusted: addresses and networks, separated by commas, or the number of proxies in front of the server.",
    example: "10.0.0.0/8",
  },
  BASE_PATH: {
    schema: readBy(readBasePath).prefault(""),
    description:
      "Path of the page and the API, if they share a host with something else. Set it whether the proxy in front keeps the path or removes it; `/livez` and `/readyz` work without the path too.",
    example: "/teams",
    guide: "guides/deploy.md",
  },
  CALLER_TOKEN_HEADER: {
    schema: headerName.optional(),
    description:
      "Header that may carry the caller token, as `Bearer <token>`, behind a gateway that replaces `Authorization`, such as Azure Static Web Apps. If it is sent, `Authorization` is ignored.",
    example: "x-caller-authorization",
  },
  LOG_LEVEL: {
    schema: z.enum(logLevels, { error: `must be one of ${logLevels.join(", ")}` }).default("info"),
    description: "Lowest level that is logged. Audit events have the level `info`.",
  },
  ALLOW_INSECURE_LOOPBACK: {
    schema: trueOrFalse,
    description: "Allows http and an emulator, on loopback only. Never set it in production.",
  },
} satisfies SettingRows;

const tenantsSettings = {
  TENANTS_FILE: {
    schema: text.optional(),
    description:
      "Path of a JSON file that lists several tenants and ACS resources, instead of the settings of one tenant and one resource. The server reads it again when it changes.",
    example: "/etc/teams-token-exchange/tenants.json",
    guide: "guides/multi-tenant.md",
  },
} satisfies SettingRows;

/** One tenant and one resource have settings; several are in a file. */
const unlessTenantsFile = {
  requiredUnless: "TENANTS_FILE",
  whenMissing: "required, unless `TENANTS_FILE` is set",
} as const;

const entraSettings = {
  ENTRA_AUTHORITY: {
    schema: bareOrigin("https://login.microsoftonline.com").prefault("https://login.microsoftonline.com"),
    description: "Origin of the authority that issues the tokens.",
    guide: "guides/sovereign-clouds.md",
    alsoCalled: ["AUTHORITY"],
  },
  ENTRA_TENANT_ID: {
    schema: guid.optional(),
    description: "Directory (tenant) ID of the tenant whose users may call, a GUID.",
    ...unlessTenantsFile,
    alsoCalled: ["TENANT_ID", "AAD_TENANT_ID", "AZURE_AD_TENANT_ID"],
  },
  ENTRA_API_CLIENT_ID: {
    schema: guid,
    description: "Application (client) ID of the API registration, a GUID. It exposes the scope `access_as_user`.",
    alsoCalled: ["API_CLIENT_ID"],
  },
  ENTRA_API_AUDIENCES: {
    schema: listOf(applicationIdUri).prefault(""),
    description:
      "Application ID URIs of the API registration, separated by commas, if its v1 tokens carry another one than `api://<client ID>`. They are compared exactly. The page that this server serves requests the first one.",
    example: "api://contoso.example/exchange",
    guide: "guides/app-registrations.md",
  },
  ENTRA_CLIENT_IDS: {
    schema: listOf(guid)
      .pipe(z.array(z.string()).min(1, { error: "must name at least one client" }))
      .optional(),
    ...unlessTenantsFile,
    description:
      "Application (client) IDs of the clients that may call, separated by commas. The page that this server serves uses the first one.",
    alsoCalled: ["CLIENT_ID", "AAD_CLIENT_ID", "ENTRA_CLIENT_ID"],
  },
  REQUIRED_AUTH_CONTEXTS: {
    schema: listOf(authContext).prefault(""),
    description:
      "Authentication contexts of conditional access that a caller token must carry, separated by commas. If one is missing, the server returns a claims challenge.",
    example: "c1",
  },
} satisfies SettingRows;

const acsSettings = {
  ACS_CONNECTION_STRING: {
    schema: readBy(parseConnectionString).optional(),
    description:
      "Connection string of the Azure Communication Services resource. The Azure portal shows it under Keys.",
    isSecret: true,
    whenMissing: "required, unless `ACS_ENDPOINT` or `TENANTS_FILE` is set",
    alsoCalled: ["COMMUNICATION_SERVICES_CONNECTION_STRING", "RESOURCE_CONNECTION_STRING", "CONNECTION_STRING"],
  },
  ACS_CONNECTION_STRING_SECONDARY: {
    schema: readBy(parseConnectionString).optional(),
    description:
      "Connection string with the other key of the resource. The server uses it while ACS rejects the first key, so that you can replace a key without failed requests.",
    isSecret: true,
    guide: "guides/operate.md",
  },
  ACS_ENDPOINT: {
    schema: bareOrigin("https://contoso.unitedstates.communication.azure.com").optional(),
    description:
      "Origin of the resource, instead of a connection string. The server signs in with the Entra identity of its process. Needs the package `@azure/identity`.",
    example: "https://contoso.unitedstates.communication.azure.com",
  },
  TEAMS_PHONE_EXTENSIBILITY: {
    schema: trueOrFalse,
    description: "Tells clients that they can exchange their token directly at ACS.",
    guide: "guides/teams-phone-extensibility.md",
  },
} satisfies SettingRows;

const limitSettings = {
  ACS_EXCHANGES_PER_30S: {
    schema: limit.default(450),
    description: "Exchanges that all instances together may make in any 30 s. ACS allows 500; 0 means no limit.",
  },
  RATE_LIMIT_PER_CALLER: {
    schema: limit.default(120),
    description: "Requests per minute of one user. 0 means no limit.",
  },
  RATE_LIMIT_PER_ADDRESS: {
    schema: limit.default(0),
    description:
      "Requests per minute of one address (IPv6: of one /64; a /48 has 16 times as many). 0 means no limit. If more than 50,000 addresses call in a minute, the server forgets those that called longest ago.",
  },
} satisfies SettingRows;

const redisSettings = {
  REDIS_URL: {
    schema: readBy(checkRedisUrl).optional(),
    description:
      "Redis that several instances share for limits, quota and deny-list. Without it, each process counts for itself. Without TLS (`redis://`), it must be on this machine or in a private network.",
    isSecret: true,
    example: "rediss://:password@redis.example.com:6380",
    guide: "guides/many-instances.md",
  },
  REDIS_AUTH: {
    schema: passwordOrEntra,
    description:
      "How the server signs in to Redis: `password` of the address, or `entra` with the Entra identity of its process, as Azure Managed Redis prefers. Needs the package `@azure/identity`.",
    example: "entra",
    guide: "guides/many-instances.md",
  },
} satisfies SettingRows;

const denyListSettings = {
  ADMIN_APP_ROLE: {
    schema: z
      .string()
      .regex(/^[\w.-]{1,120}$/, { error: "must be the value of an app role, such as Exchange.Admin" })
      .optional(),
    description: "App role whose holders may use `/api/admin/deny-list`. Without it, the route does not exist.",
    example: "Exchange.Admin",
  },
} satisfies SettingRows;

/** The groups in the order of the documents. */
export const settingGroups: readonly { readonly title: string; readonly settings: SettingRows }[] = [
  { title: "Server", settings: serverSettings },
  { title: "Tenants", settings: tenantsSettings },
  { title: "Entra ID", settings: entraSettings },
  { title: "Azure Communication Services", settings: acsSettings },
  { title: "Outgoing requests", settings: networkSettings },
  { title: "Limits", settings: limitSettings },
  { title: "Several instances", settings: redisSettings },
  { title: "Deny-list administration", settings: denyListSettings },
  { title: "ACS users", settings: acsUsersSettings },
  { title: "Metrics and traces", settings: telemetrySettings },
];

/** All rows, by name. */
export const settingsTable = {
  ...serverSettings,
  ...tenantsSettings,
  ...entraSettings,
  ...acsSettings,
  ...networkSettings,
  ...limitSettings,
  ...redisSettings,
  ...denyListSettings,
  ...acsUsersSettings,
  ...telemetrySettings,
};

/** The same, for code that treats all rows alike. */
export const settingRows: SettingRows = settingsTable;

/** The settings that may be given as a file. */
export const secretNames: readonly string[] = Object.keys(settingRows).filter((name) => settingRows[name]?.isSecret);

/** The name of every setting, and of the form that names a file with a secret. */
export const settingNames: readonly string[] = [
  ...Object.keys(settingRows),
  ...secretNames.map((name) => `${name}_FILE`),
];

export type SettingName = keyof typeof settingsTable;
export type SettingValues = ValuesOf<typeof settingsTable>;

/** Settings, read once at start and passed on to what needs them. */
export type Config = ReturnType<typeof configOf> & {
  /** What the server can work with, but its operator should know; it is logged once. */
  readonly warnings: readonly SettingNote[];
};

/** The one tenant and the one resource of today's settings. They need no names, so logs and metrics carry none. */
function shortForm(values: SettingValues): Tenancy {
  const connections = [values.ACS_CONNECTION_STRING, values.ACS_CONNECTION_STRING_SECONDARY];
  const tenant = {
    id: values.ENTRA_TENANT_ID ?? "",
    name: undefined,
    clientIds: values.ENTRA_CLIENT_IDS ?? [],
    requiredAuthContexts: values.REQUIRED_AUTH_CONTEXTS,
    agents: [],
    resources: [0],
    exchangesPer30s: undefined,
    isSuspended: false,
    failover: false,
  };
  const resource = {
    name: undefined,
    endpoint: (values.ACS_CONNECTION_STRING?.endpoint ?? values.ACS_ENDPOINT)?.origin ?? "",
    accessKeys: connections.flatMap((given) => (given ? [given.accessKey] : [])),
    exchangesPer30s: values.ACS_EXCHANGES_PER_30S,
    isDraining: false,
    weight: 1,
  };
  return { tenants: [tenant], resources: [resource] };
}

/**
 * The settings as the server takes them.
 * @param tenancy what TENANTS_FILE says, if there is one
 */
export function configOf(values: SettingValues, tenancy: Tenancy = shortForm(values)) {
  const [first, ...others] = tenancy.tenants;
  return {
    /** 0 if the server listens on a socket. */
    port: typeof values.PORT === "number" ? values.PORT : 0,
    host: values.HOST,
    /** The path of a socket or named pipe to listen on, instead of host and port. */
    socketPath: typeof values.PORT === "string" ? values.PORT : undefined,
    logLevel: values.LOG_LEVEL,
    telemetry: telemetryOf(values),
    network: networkOf(values),
    allowedOrigins: values.ALLOWED_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    /** A path such as `/teams`, without a slash at its end; empty for the root. */
    basePath: values.BASE_PATH,
    callerTokenHeader: values.CALLER_TOKEN_HEADER,
    limits: {
      perCaller: values.RATE_LIMIT_PER_CALLER,
      perAddress: values.RATE_LIMIT_PER_ADDRESS,
    },
    redisUrl: values.REDIS_URL,
    redisAuth: values.REDIS_AUTH,
    mappings: mappingSettingsOf(values),
    graphEndpoint: values.GRAPH_ENDPOINT,
    adminAppRole: values.ADMIN_APP_ROLE,
    /** Where tenants and resources come from; undefined for the settings of one tenant and one resource. */
    tenantsFile: values.TENANTS_FILE,
    /** The tenants and resources at the start. With a file, the server's own list changes with the file. */
    tenancy,
    /** With several tenants, tokens come from `organizations`; each tenant has its own clients and authentication contexts. */
    entra: {
      authority: values.ENTRA_AUTHORITY.origin,
      tenantId: others.length === 0 ? (first?.id ?? "") : anyOrganization,
      apiClientId: values.ENTRA_API_CLIENT_ID,
      apiAudiences: values.ENTRA_API_AUDIENCES,
      clientIds: [...new Set(tenancy.tenants.flatMap(({ clientIds }) => clientIds))],
      requiredAuthContexts: others.length === 0 ? (first?.requiredAuthContexts ?? []) : [],
    },
    /** The first resource. */
    acs: {
      endpoint: tenancy.resources[0]?.endpoint ?? "",
      /** In the order of trying them; without one, the server signs in with its own Entra identity. */
      accessKeys: tenancy.resources[0]?.accessKeys ?? [],
      allowInsecureConnection: values.ALLOW_INSECURE_LOOPBACK,
    },
    /** Whether the server tells clients that they can exchange their token directly at ACS. */
    teamsPhoneExtensibility: values.TEAMS_PHONE_EXTENSIBILITY,
  };
}

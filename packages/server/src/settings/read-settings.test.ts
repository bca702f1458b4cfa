import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError, readConfig, readSetting, secretNames } from "./read-settings.ts";
import { settingRows, settingsTable } from "./settings-table.ts";

const tenant = "11111111-1111-4111-8111-111111111111";
const api = "33333333-3333-4333-8333-333333333333";
const client = "44444444-4444-4444-8444-444444444444";
const accessKey = Buffer.from("an access key of 32 bytes, really").toString("base64");
const production = {
  ENTRA_TENANT_ID: tenant,
  ENTRA_API_CLIENT_ID: api,
  ENTRA_CLIENT_IDS: client,
  ACS_CONNECTION_STRING: `endpoint=https://contoso.unitedstates.communication.azure.com/;accesskey=${accessKey}`,
};

/** A file with this content, for one test. */
function fileWith(content: string | Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), "settings-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "secret"), content);
  return join(folder, "secret");
}

const emulator = {
  ...production,
  ENTRA_AUTHORITY: "http://localhost:9400",
  ACS_CONNECTION_STRING: `endpoint=http://localhost:9400/;accesskey=${accessKey}`,
  ALLOW_INSECURE_LOOPBACK: "true",
};

function problemsOf(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ setting, problem }) => `${setting} ${problem}`);
    throw error;
  }
}

describe("reads", () => {
  it("a production environment, with the documented defaults", () => {
    expect(readConfig(production)).toEqual({
      port: 3000,
      host: "127.0.0.1",
      socketPath: undefined,
      logLevel: "info",
      graphEndpoint: "https://graph.microsoft.com",
      mappings: { kind: "embedded", folder: ".data" },
      teamsPhoneExtensibility: false,
      telemetry: expect.objectContaining({ otlp: { traces: false, metrics: false } }),
      network: { proxy: undefined },
      allowedOrigins: [],
      trustedProxies: false,
      basePath: "",
      limits: { perCaller: 120, perAddress: 0 },
      redisUrl: undefined,
      redisAuth: "password",
      adminAppRole: undefined,
      entra: {
        authority: "https://login.microsoftonline.com",
        tenantId: tenant,
        apiClientId: api,
        apiAudiences: [],
        clientIds: [client],
        requiredAuthContexts: [],
      },
      acs: {
        endpoint: "https://contoso.unitedstates.communication.azure.com",
        accessKeys: [accessKey],
        allowInsecureConnection: false,
      },
      tenantsFile: undefined,
      tenancy: {
        tenants: [
          {
            id: tenant,
            name: undefined,
            clientIds: [client],
            requiredAuthContexts: [],
            agents: [],
            resources: [0],
            exchangesPer30s: undefined,
            isSuspended: false,
            failover: false,
          },
        ],
        resources: [
          {
            name: undefined,
            endpoint: "https://contoso.unitedstates.communication.azure.com",
            accessKeys: [accessKey],
            exchangesPer30s: 450,
            isDraining: false,
            weight: 1,
          },
        ],
      },
      warnings: [],
    });
  });

  it("an emulator on loopback, over http", () => {
    const { entra, acs } = readConfig(emulator);
    expect([entra.authority, acs.endpoint, acs.allowInsecureConnection]).toEqual([
      "http://localhost:9400",
      "http://localhost:9400",
      true,
    ]);
  });

  it("lists with spaces and a trailing comma, and ids in upper case", () => {
    const { entra, allowedOrigins } = readConfig({
      ...production,
      ENTRA_TENANT_ID: tenant.toUpperCase(),
      ENTRA_CLIENT_IDS: ` ${client}, ${api} ,`,
      ALLOWED_ORIGINS: "https://app.example.com, http://localhost:5173",
    });
    expect(entra).toMatchObject({ tenantId: tenant, clientIds: [client, api] });
    expect(allowedOrigins).toEqual(["https://app.example.com", "http://localhost:5173"]);
  });

  it("an endpoint without a connection string, for a managed identity", () => {
    const { ACS_CONNECTION_STRING: _, ...rest } = production;
    const { acs } = readConfig({ ...rest, ACS_ENDPOINT: "https://contoso.communication.azure.com/" });
    expect(acs).toMatchObject({ endpoint: "https://contoso.communication.azure.com", accessKeys: [] });
  });

  it("two keys, in the order of trying them", () => {
    const second = Buffer.from("the other access key of 32 bytes").toString("base64");
    const { acs } = readConfig({
      ...production,
      ACS_CONNECTION_STRING_SECONDARY: production.ACS_CONNECTION_STRING.replace(accessKey, second),
    });
    expect(acs.accessKeys).toEqual([accessKey, second]);
  });

  it("a secret out of a file, without the line break at its end", () => {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "connection"), `${production.ACS_CONNECTION_STRING}\n`);
    const { ACS_CONNECTION_STRING: _, ...rest } = production;
    expect(readConfig({ ...rest, ACS_CONNECTION_STRING_FILE: join(folder, "connection") })).toEqual(
      readConfig(production),
    );
  });

  it("a secret out of a file beside an empty variable", () => {
    const folder = mkdtempSync(join(tmpdir(), "settings-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "connection"), production.ACS_CONNECTION_STRING);
    const files = { ACS_CONNECTION_STRING: " ", ACS_CONNECTION_STRING_FILE: join(folder, "connection") };
    expect(readConfig({ ...production, ...files })).toEqual(readConfig(production));
  });

  it("a secret that is given both ways, if both say the same", () => {
    const file = fileWith(`\ufeff${production.ACS_CONNECTION_STRING}\r\n`);
    expect(readConfig({ ...production, ACS_CONNECTION_STRING_FILE: file })).toEqual(readConfig(production));
  });

  it.each(secretNames)("an empty %s beside an empty name of its file as not given", (name) => {
    const { ACS_CONNECTION_STRING: _, ...rest } = production;
    const given = { ...rest, ACS_ENDPOINT: "https://contoso.communication.azure.com" };
    expect(readConfig({ ...given, [name]: "", [`${name}_FILE`]: " " })).toEqual(readConfig(given));
  });

  it.each([
    ["the path of a socket", "/run/teams/server.sock"],
    ["a pipe, as App Service on Windows sets it", "\\\\.\\pipe\\0a1b2c3d-4e5f"],
  ])("%s as PORT", (_what, place) => {
    expect(readConfig({ ...production, PORT: place })).toMatchObject({ socketPath: place, port: 0 });
  });

  it("other names of the API, exactly as they are written", () => {
    const uris = "api://contoso.example/Exchange, https://contoso.example/api";
    expect(readConfig({ ...production, ENTRA_API_AUDIENCES: uris }).entra.apiAudiences).toEqual([
      "api://contoso.example/Exchange",
      "https://contoso.example/api",
    ]);
  });

  it("limits, proxies, Redis and the role of administrators", () => {
    const given = {
      ACS_EXCHANGES_PER_30S: "0",
      RATE_LIMIT_PER_CALLER: "30",
      RATE_LIMIT_PER_ADDRESS: "600",
      TRUSTED_PROXIES: "10.0.0.0/8",
      REDIS_URL: "rediss://:secret@redis.example.com:6380",
      ADMIN_APP_ROLE: "Exchange.Admin",
    };
    expect(readConfig({ ...production, ...given })).toMatchObject({
      tenancy: { resources: [{ exchangesPer30s: 0 }] },
      limits: { perCaller: 30, perAddress: 600 },
      trustedProxies: ["10.0.0.0/8"],
      redisUrl: given.REDIS_URL,
      adminAppRole: "Exchange.Admin",
    });
  });

  it("a connection string with its parts in the other order", () => {
    const { acs } = readConfig({
      ...production,
      ACS_CONNECTION_STRING: `accesskey=${accessKey};endpoint=https://contoso.communication.azure.com`,
    });
    expect(acs).toMatchObject({
      endpoint: "https://contoso.communication.azure.com",
      accessKeys: [accessKey],
    });
  });
});

describe("one setting", () => {
  it("is read without the others, with its default", () => {
    expect(readSetting({}, "PORT")).toBe(3000);
    expect(readSetting({ PORT: "web", REDIS_URL: "redis://localhost:6379" }, "REDIS_URL")).toBe(
      "redis://localhost:6379",
    );
  });

  it.each([
    [{ REDIS_URL: "localhost" }, "REDIS_URL must look like"],
    [{ REDIS_URL_FILE: "/nowhere" }, "REDIS_URL_FILE names a file that cannot be read"],
  ])("with a problem is an error: %o", (env: Record<string, string>, message) => {
    expect(() => readSetting(env, "REDIS_URL")).toThrow(message);
  });

  it("does not report files of other settings", () => {
    expect(readSetting({ DATABASE_URL_FILE: "/nowhere" }, "REDIS_URL")).toBeUndefined();
  });
});

const warningsOf = (changes: Record<string, string>) =>
  readConfig({ ...production, ...changes }).warnings.map(({ setting, problem }) => `${setting} ${problem}`);

describe("starts with one warning", () => {
  const receiver = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://localhost:4318" };
  const warned: [string, Record<string, string>, string][] = [
    ["a misspelt name", { ALOWED_ORIGINS: "https://a.example" }, "ALOWED_ORIGINS is not a setting of this server"],
    ["a service link of Kubernetes", { METRICS_PORT: "tcp://10.0.0.1:9464" }, "METRICS_PORT is a service link"],
    ["a service link that is called like a required port", { PORT: "tcp://10.0.0.1:80" }, "PORT is a service link"],
    ["a public database in clear", { DATABASE_URL: "postgres://a:b@db.example.com/x" }, "DATABASE_URL sends"],
    [
      "a database that may fall back to clear text",
      { DATABASE_URL: "postgres://a:b@db.example.com/x?sslmode=disable" },
      "DATABASE_URL sends",
    ],
    [
      "gRPC for telemetry, as Azure Container Apps sets it",
      { ...receiver, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
      "OTEL_EXPORTER_OTLP_PROTOCOL asks for a protocol",
    ],
    [
      "gRPC for traces",
      { ...receiver, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: "grpc" },
      "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL asks for a protocol",
    ],
    [
      "telemetry in clear",
      { OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel.example.com" },
      "OTEL_EXPORTER_OTLP_ENDPOINT sends",
    ],
    ["an unknown sampler", { OTEL_TRACES_SAMPLER: "jaeger_remote" }, "OTEL_TRACES_SAMPLER must be one of"],
    ["an unknown exporter", { OTEL_METRICS_EXPORTER: "console" }, "OTEL_METRICS_EXPORTER must be otlp or none"],
    [
      "an endpoint in quotes",
      { OTEL_EXPORTER_OTLP_ENDPOINT: '"http://x:4318"' },
      "OTEL_EXPORTER_OTLP_ENDPOINT has quotes",
    ],
    ["an interval in words", { OTEL_METRIC_EXPORT_INTERVAL: "1m" }, "OTEL_METRIC_EXPORT_INTERVAL must be a number"],
    ["a switch in words", { OTEL_SDK_DISABLED: "yes" }, "OTEL_SDK_DISABLED must be true or false"],
  ];
  it.each(warned)("%s", (_what, changes, warning) => {
    // A log line takes 200 characters.
    expect(warningsOf(changes)).toEqual([expect.toSatisfy((line) => line.startsWith(warning) && line.length <= 200)]);
  });

  it.each([
    [
      "gRPC where telemetry is switched off",
      { ...receiver, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc", OTEL_SDK_DISABLED: "True" },
    ],
    ["gRPC where nothing is to be sent", { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" }],
    ["a list of exporters", { ...receiver, OTEL_TRACES_EXPORTER: "console,otlp" }],
    ["a collector in the cluster", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.observability.svc:4318" }],
    ["a public database with TLS", { DATABASE_URL: "postgres://a:b@db.example.com/x?sslmode=verify-full" }],
    [
      "a public database with the mode of libpq",
      { DATABASE_URL: "postgres://a:b@db.example.com/x", PGSSLMODE: "require" },
    ],
    ["a database in a private network", { DATABASE_URL: "postgres://a:b@10.1.2.3/x" }],
    ["a database on a socket", { DATABASE_URL: "postgres://a:b@localhost/x?host=/run/postgresql" }],
  ])("and with none: %s", (_what, changes) => {
    expect(warningsOf(changes as unknown as Record<string, string>)).toEqual([]);
  });

  it("and the defaults for what the warning names", () => {
    const { telemetry } = readConfig({ ...production, METRICS_PORT: "tcp://10.0.0.1:9464", OTEL_TRACES_SAMPLER: "x" });
    expect(telemetry).toMatchObject({ prometheus: { port: 0 }, sampling: { ratio: 1, heedCaller: true } });
  });
});

describe("reports", () => {
  it("a misspelt name with the missing setting that it is meant to be", () => {
    const { ENTRA_TENANT_ID, ...rest } = production;
    expect(() => readConfig({ ...rest, ENTRA_TENNANT_ID: ENTRA_TENANT_ID })).toThrow(
      /ENTRA_TENANT_ID is missing[\s\S]*ENTRA_TENNANT_ID is not a setting of this server/,
    );
  });

  it.each(Object.keys(settingsTable))("quotes around %s, which docker --env-file keeps", (name) => {
    const { isLenient } = settingRows[name] ?? {};
    const given = { ...production, [name]: '"secret-value"' };
    const lines = isLenient ? warningsOf({ [name]: '"secret-value"' }) : problemsOf(given);
    expect(lines.filter((line) => line.startsWith(`${name} has quotes around it`))).toHaveLength(1);
    expect(lines.join()).not.toContain("secret-value");
  });

  it("a comment behind a value, which docker --env-file keeps", () => {
    expect(problemsOf({ ...production, PORT: "3000 # the port" })).toEqual([
      expect.stringMatching(/^PORT must be a port number.*contains a comment/),
    ]);
  });

  it.each([
    [
      "saved as UTF-16",
      Buffer.from("\ufeffredis://localhost", "utf16le"),
      /^REDIS_URL_FILE names the file .*secret, which is saved as UTF-16; save it as UTF-8$/,
    ],
    ["that is empty", "\n", /^REDIS_URL_FILE names an empty file$/],
  ])("a file of a secret %s", (_what, content, message) => {
    expect(problemsOf({ ...production, REDIS_URL_FILE: fileWith(content) })).toEqual([expect.stringMatching(message)]);
  });

  it("no content of a variable that should be the path of a file", () => {
    const lines = problemsOf({ ...production, REDIS_URL_FILE: "rediss://:secret@redis.example.com:6380" });
    expect(lines).toEqual(["REDIS_URL_FILE names a file that cannot be read: it does not exist (ENOENT)"]);
  });

  it("every missing setting in one error, by name", () => {
    const named = problemsOf({}).map((line) => line.split(" ")[0]);
    expect(named).toEqual(["ENTRA_TENANT_ID", "ENTRA_API_CLIENT_ID", "ENTRA_CLIENT_IDS", "ACS_CONNECTION_STRING"]);
  });

  it.each(Object.keys(production))("an empty %s as missing", (setting) => {
    expect(problemsOf({ ...production, [setting]: "  " })).toEqual([expect.stringMatching(`^${setting} is missing: `)]);
  });

  const http = production.ACS_CONNECTION_STRING.replace("https:", "http:");
  const at = (endpoint: string) => `endpoint=${endpoint};accesskey=${accessKey}`;
  const bad: [string, Record<string, string>, string][] = [
    ["a port in words", { PORT: "web" }, "PORT must be a port number"],
    ["a port out of range", { PORT: "65536" }, "PORT "],
    ["a tenant that is no GUID", { ENTRA_TENANT_ID: "contoso.com" }, "ENTRA_TENANT_ID must be a GUID"],
    ["an API client id that is no GUID", { ENTRA_API_CLIENT_ID: "api" }, "ENTRA_API_CLIENT_ID must be a GUID"],
    ["a bad client id by its place", { ENTRA_CLIENT_IDS: `${client},x` }, "ENTRA_CLIENT_IDS item 2 must be a GUID"],
    ["a client list of commas", { ENTRA_CLIENT_IDS: "," }, "ENTRA_CLIENT_IDS must name at least one client"],
    [
      "an authority with a path",
      { ENTRA_AUTHORITY: "https://login.microsoftonline.com/x" },
      "ENTRA_AUTHORITY must be an origin",
    ],
    ["an authority that is no address", { ENTRA_AUTHORITY: "login" }, "ENTRA_AUTHORITY must be an origin"],
    ["an http authority", { ENTRA_AUTHORITY: "http://login.example.com" }, "ENTRA_AUTHORITY may use http only"],
    [
      "an http authority beyond loopback, switch or not",
      { ENTRA_AUTHORITY: "http://login.example.com", ALLOW_INSECURE_LOOPBACK: "true" },
      "ENTRA_AUTHORITY may use http only",
    ],
    [
      "a connection string without a key",
      { ACS_CONNECTION_STRING: "endpoint=https://contoso.communication.azure.com/" },
      "ACS_CONNECTION_STRING must look like",
    ],
    [
      "a key that is not base64",
      { ACS_CONNECTION_STRING: `${production.ACS_CONNECTION_STRING}!` },
      "ACS_CONNECTION_STRING must carry",
    ],
    [
      "an endpoint with a path",
      { ACS_CONNECTION_STRING: at("https://contoso.communication.azure.com/x") },
      "ACS_CONNECTION_STRING must name an endpoint",
    ],
    [
      "an endpoint with a user",
      { ACS_CONNECTION_STRING: at("https://a:b@contoso.communication.azure.com/") },
      "ACS_CONNECTION_STRING must name an endpoint",
    ],
    [
      "an Entra token for Redis in clear",
      { REDIS_AUTH: "entra", REDIS_URL: "redis://10.0.0.4:6379" },
      "REDIS_AUTH may be entra only with rediss:// (TLS)",
    ],
    ["an http endpoint", { ACS_CONNECTION_STRING: http }, "ACS_CONNECTION_STRING may use http only"],
    [
      "an http endpoint beyond loopback, switch or not",
      { ACS_CONNECTION_STRING: http, ALLOW_INSECURE_LOOPBACK: "true" },
      "ACS_CONNECTION_STRING may use http only",
    ],
    [
      "a host that is not Azure's",
      { ACS_CONNECTION_STRING: at("https://metadata.example.com/") },
      "ACS_CONNECTION_STRING must name a host",
    ],
    [
      "a host that only ends like Azure's",
      { ACS_CONNECTION_STRING: at("https://evilcommunication.azure.com.example/") },
      "ACS_CONNECTION_STRING must name a host",
    ],
    [
      "two ways to ACS",
      { ACS_ENDPOINT: "https://contoso.communication.azure.com" },
      "ACS_ENDPOINT and ACS_CONNECTION_STRING are both set",
    ],
    [
      "a second key of another resource",
      { ACS_CONNECTION_STRING_SECONDARY: at("https://fabrikam.communication.azure.com") },
      "ACS_CONNECTION_STRING_SECONDARY must name the same endpoint",
    ],
    [
      "a file of a secret beside the secret",
      { ACS_CONNECTION_STRING_FILE: "/dev/null" },
      "ACS_CONNECTION_STRING_FILE and ACS_CONNECTION_STRING are both set",
    ],
    [
      "a folder whose lock would have too long a name",
      { DATA_FOLDER: `/${"a".repeat(89)}` },
      "DATA_FOLDER must be at most 89",
    ],
    ["a socket with too long a name", { PORT: `/${"a".repeat(103)}` }, "PORT must be at most 103 bytes"],
    ["a wildcard as the name of the API", { ENTRA_API_AUDIENCES: "api://*" }, "ENTRA_API_AUDIENCES item 1 must be an"],
    ["a file that is not there", { REDIS_URL_FILE: "/nowhere" }, "REDIS_URL_FILE names a file that cannot be read"],
    ["an unknown context", { REQUIRED_AUTH_CONTEXTS: "c1,mfa" }, "REQUIRED_AUTH_CONTEXTS item 2 must be"],
    ["a wildcard origin", { ALLOWED_ORIGINS: "*" }, "ALLOWED_ORIGINS item 1 must list exact origins"],
    [
      "an origin with a trailing slash",
      { ALLOWED_ORIGINS: "https://app.example.com/" },
      "ALLOWED_ORIGINS item 1 must list exact origins",
    ],
    [
      "an http origin",
      { ALLOWED_ORIGINS: "http://app.example.com" },
      "ALLOWED_ORIGINS item 1 may list http origins only",
    ],
    [
      "a switch that is neither true nor false",
      { ALLOW_INSECURE_LOOPBACK: "yes" },
      "ALLOW_INSECURE_LOOPBACK must be true or false",
    ],
    [
      "the switch where nothing is loopback",
      { ALLOW_INSECURE_LOOPBACK: "true" },
      "ALLOW_INSECURE_LOOPBACK is for emulators",
    ],
    ["a quota in words", { ACS_EXCHANGES_PER_30S: "many" }, "ACS_EXCHANGES_PER_30S must be a whole number"],
    ["a negative limit", { RATE_LIMIT_PER_CALLER: "-1" }, "RATE_LIMIT_PER_CALLER "],
    ["half a request", { RATE_LIMIT_PER_ADDRESS: "0.5" }, "RATE_LIMIT_PER_ADDRESS "],
    ["a proxy by name", { TRUSTED_PROXIES: "proxy.example.com" }, "TRUSTED_PROXIES must be a number of proxies"],
    ["a public Redis without TLS", { REDIS_URL: "redis://redis.example.com" }, "REDIS_URL may be redis:// only for"],
    ["a role with a space", { ADMIN_APP_ROLE: "Exchange Admin" }, "ADMIN_APP_ROLE must be the value of an app role"],
    ["an unknown log level", { LOG_LEVEL: "loud" }, "LOG_LEVEL must be one of"],
  ];
  it.each(bad)("%s", (_name, changes, message) => {
    expect(problemsOf({ ...production, ...changes })).toContainEqual(expect.stringContaining(message));
  });

  it("an emulator without the switch, for both addresses", () => {
    const lines = problemsOf({ ...emulator, ALLOW_INSECURE_LOOPBACK: "false" });
    expect(lines).toEqual([
      expect.stringContaining("ENTRA_AUTHORITY may use http only"),
      expect.stringContaining("ACS_CONNECTION_STRING may use http only"),
    ]);
  });

  it.each([
    ["Microsoft's authority with an emulator of ACS", { ENTRA_AUTHORITY: "https://login.microsoftonline.com" }],
    ["an emulated authority with Azure's ACS", { ACS_CONNECTION_STRING: production.ACS_CONNECTION_STRING }],
  ])("%s as mixed", (_name, changes) => {
    expect(problemsOf({ ...emulator, ...changes })).toContainEqual(expect.stringContaining("must both be"));
  });

  it("address problems together with others, not one after the other", () => {
    const lines = problemsOf({ ...emulator, ALLOW_INSECURE_LOOPBACK: "false", PORT: "web" });
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["PORT", "ENTRA_AUTHORITY", "ACS_CONNECTION_STRING"]);
  });

  it("no value of any setting", () => {
    const secret = "c2VjcmV0LXZhbHVlLXRoYXQtbXVzdC1ub3QtYXBwZWFy!";
    const everything = Object.fromEntries(
      [
        "PORT",
        "ENTRA_AUTHORITY",
        "ENTRA_TENANT_ID",
        "ENTRA_API_CLIENT_ID",
        "ENTRA_CLIENT_IDS",
        "ACS_CONNECTION_STRING",
        "ALLOWED_ORIGINS",
        "ALLOW_INSECURE_LOOPBACK",
        "LOG_LEVEL",
      ].map((name) => [name, secret]),
    );
    const lines = problemsOf(everything);
    expect(lines).toHaveLength(9);
    expect(lines.join("\n")).not.toContain(secret);
  });
});

import { describe, expect, it } from "vitest";
import { unknownSettings } from "./unknown-settings.ts";

const meantBy = (name: string) => unknownSettings({ [name]: "a value" }).map(({ meant }) => meant);

describe("a name that is no setting", () => {
  it.each([
    ["ALOWED_ORIGINS", "ALLOWED_ORIGINS"],
    ["REDIS_URl", "REDIS_URL"],
    ["REDIS_ULR", "REDIS_URL"],
    ["REDIS_URI", "REDIS_URL"],
    ["REDIS_URL_FLIE", "REDIS_URL_FILE"],
    ["TRUSTED_PROXY", "TRUSTED_PROXIES"],
    ["TRUSTED_PORXIES", "TRUSTED_PROXIES"],
    ["RATE_LIMIT_PER_USER", undefined],
    ["port", "PORT"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["ENTRA_API_AUDIENCE", "ENTRA_API_AUDIENCES"],
    ["ENTRA_TENANT", "ENTRA_TENANT_ID"],
    ["ACS_KEY", "ACS_ENDPOINT"],
    ["AAD_CLIENT_ID", "ENTRA_CLIENT_IDS"],
    ["COMMUNICATION_SERVICES_CONNECTION_STRING", "ACS_CONNECTION_STRING"],
  ])("%s is understood as %s", (name, meant) => {
    expect(meantBy(name)).toEqual(meant === undefined ? [] : [meant]);
  });

  it.each([
    ["CLIENT_ID", { ENTRA_CLIENT_IDS: "x" }],
    ["CONNECTION_STRING", { ACS_CONNECTION_STRING_FILE: "/run/secrets/x" }],
  ])("%s probably belongs to another program beside %o", (name, others) => {
    expect(unknownSettings({ [name]: "a value", ...others })).toMatchObject([{ isGivenToo: true }]);
  });

  it("does not count if it is empty", () => {
    expect(unknownSettings({ REDIS_URI: "" })).toEqual([]);
  });
});

describe("no alarm", () => {
  it("is raised for what shells, npm, containers and platforms set", () => {
    const usual =
      `PATH HOME HOSTNAME USER LOGNAME SHELL LANG LC_ALL PWD OLDPWD TERM SHLVL TMPDIR TZ EDITOR MAIL DEBUG CI
      NODE_ENV NODE_VERSION YARN_VERSION NODE_OPTIONS NODE_EXTRA_CA_CERTS npm_config_registry npm_package_name INIT_CWD
      HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy no_proxy SSL_CERT_FILE KUBERNETES_SERVICE_HOST KUBERNETES_PORT POD_NAME
      POD_NAMESPACE NODE_NAME REDIS_SERVICE_HOST REDIS_SERVICE_PORT REDIS_PORT REDIS_HOST REDIS_PASSWORD POSTGRES_USER
      POSTGRES_PASSWORD PGHOST PGUSER PGPASSWORD PGSSLMODE WEBSITE_HOSTNAME WEBSITE_SITE_NAME WEBSITES_PORT APPSETTING_X
      CONTAINER_APP_NAME CONTAINER_APP_PORT CONTAINER_APP_HOSTNAME IDENTITY_ENDPOINT IDENTITY_HEADER MSI_ENDPOINT
      AZURE_CLIENT_ID AZURE_TENANT_ID AZURE_FEDERATED_TOKEN_FILE AZURE_AUTHORITY_HOST OTEL_EXPORTER_OTLP_HEADERS
      OTEL_SERVICE_NAME APPLICATIONINSIGHTS_CONNECTION_STRING DYNO WEB_CONCURRENCY MEMORY_AVAILABLE SYSTEMROOT COMPUTERNAME
      USERPROFILE APPDATA NUMBER_OF_PROCESSORS OS PATHEXT PUBLIC WINDIR EMULATOR_PORT DOMAIN`.split(/\s+/);
    expect(unknownSettings(Object.fromEntries(usual.map((name) => [name, "a value"])))).toEqual([]);
  });

  it("is raised for the links of Kubernetes to a service", () => {
    expect(
      unknownSettings({ REDIS_URL_PORT: "tcp://10.0.0.1:6379", REDIS_URL_PORT_6379_TCP_ADDR: "10.0.0.1" }),
    ).toEqual([]);
  });
});

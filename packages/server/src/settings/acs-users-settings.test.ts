import { describe, expect, it } from "vitest";
import { ConfigError, readConfig } from "./read-settings.ts";

const guid = "11111111-1111-4111-8111-111111111111";
const production = {
  ENTRA_TENANT_ID: guid,
  ENTRA_API_CLIENT_ID: guid,
  ENTRA_CLIENT_IDS: guid,
  ACS_CONNECTION_STRING: `endpoint=https://contoso.communication.azure.com/;accesskey=${"A".repeat(44)}`,
};
const emulated = {
  ...production,
  ENTRA_AUTHORITY: "http://localhost:9400",
  ACS_CONNECTION_STRING: `endpoint=http://localhost:9400/;accesskey=${"A".repeat(44)}`,
  ALLOW_INSECURE_LOOPBACK: "true",
};
const mappings = (changes: Record<string, string>) => readConfig({ ...production, ...changes }).mappings;
function settingsRefused(environment: Record<string, string>): string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ setting }) => setting);
  }
}

describe("where mappings are stored", () => {
  it("is a folder by default", () => {
    expect(mappings({})).toEqual({ kind: "embedded", folder: ".data" });
    expect(mappings({ DATA_FOLDER: "/var/lib/tte" })).toEqual({ kind: "embedded", folder: "/var/lib/tte" });
  });

  it("is PostgreSQL with DATABASE_URL", () => {
    const url = "postgresql://app:secret@db.example:5432/tokens";
    expect(mappings({ DATABASE_URL: url })).toEqual({ kind: "postgres", url, auth: "password" });
    expect(mappings({ DATABASE_URL: url, DATABASE_AUTH: "entra" })).toMatchObject({ auth: "entra" });
  });

  it.each([
    [{ ENTRA_API_CLIENT_SECRET: "s3cret" }, { kind: "secret", secret: "s3cret" }],
    [{ ENTRA_API_MANAGED_IDENTITY: "system" }, { kind: "managed-identity", clientId: undefined }],
    [{ ENTRA_API_MANAGED_IDENTITY: guid }, { kind: "managed-identity", clientId: guid }],
  ])("is Microsoft Graph with a credential of the API: %j", (changes, credential) => {
    const graph = { endpoint: "https://graph.microsoft.com", extensionName: "com.contoso.identityMapping" };
    expect(mappings(changes)).toEqual({ kind: "graph", ...graph, credential });
  });

  it("is the Graph of a national cloud under another name, if that is set", () => {
    const changes = { GRAPH_ENDPOINT: "https://graph.microsoft.us", GRAPH_EXTENSION_NAME: "org.example.mapping" };
    expect(mappings({ ...changes, ENTRA_API_CLIENT_SECRET: "s" })).toMatchObject({
      endpoint: "https://graph.microsoft.us",
      extensionName: "org.example.mapping",
    });
  });

  it.each([
    ["two stores", { ...production, DATABASE_URL: "postgres://db/x", ENTRA_API_CLIENT_SECRET: "s" }, ["DATABASE_URL"]],
    [
      "two credentials",
      { ...production, ENTRA_API_CLIENT_SECRET: "s", ENTRA_API_MANAGED_IDENTITY: "system" },
      ["ENTRA_API_MANAGED_IDENTITY"],
    ],
    ["another database", { ...production, DATABASE_URL: "mysql://db/x" }, ["DATABASE_URL"]],
    [
      "a certificate without a key",
      { ...production, ENTRA_API_CLIENT_CERTIFICATE: "PEM" },
      ["ENTRA_API_CLIENT_CERTIFICATE"],
    ],
    ["Graph elsewhere", { ...production, GRAPH_ENDPOINT: "https://graph.example" }, ["GRAPH_ENDPOINT"]],
    ["Graph with a path", { ...production, GRAPH_ENDPOINT: "https://graph.microsoft.com/v1.0" }, ["GRAPH_ENDPOINT"]],
    ["Graph over http", { ...production, GRAPH_ENDPOINT: "http://graph.microsoft.com" }, ["GRAPH_ENDPOINT"]],
    [
      "an emulator's Graph with Microsoft's authority",
      { ...production, ENTRA_API_CLIENT_SECRET: "s", GRAPH_ENDPOINT: "http://localhost:9400" },
      ["GRAPH_ENDPOINT"],
    ],
    [
      "Microsoft's Graph with an emulator's authority",
      { ...emulated, ENTRA_API_CLIENT_SECRET: "s" },
      ["GRAPH_ENDPOINT"],
    ],
    ["an odd name", { ...production, GRAPH_EXTENSION_NAME: "a/b" }, ["GRAPH_EXTENSION_NAME"]],
    ["an odd identity", { ...production, ENTRA_API_MANAGED_IDENTITY: "mine" }, ["ENTRA_API_MANAGED_IDENTITY"]],
  ])("is refused for %s", (_what, environment, refused) => {
    expect(settingsRefused(environment)).toEqual(refused);
  });
});

// The table of settings is the source: documents name no other settings, and what is generated from the table is up to date.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  envExample,
  settingsMarkdown,
  withParameterDescriptions,
} from "../../packages/server/src/settings/describe-settings.ts";
import { settingNames } from "../../packages/server/src/settings/read-settings.ts";
import { settingRows } from "../../packages/server/src/settings/settings-table.ts";
import { tenantsJsonSchema } from "../../packages/server/src/settings/tenants-schema.ts";
import { readText } from "../../scripts/tools.mjs";
import { documentAt, documents, inlineCode, root } from "./markdown.ts";

/** Names in capitals that are not settings of the server, and who defines them. */
const namesOfOthers: Record<string, string> = {
  API_TOKEN: "a variable of an example",
  AZURE_POD_IDENTITY_AUTHORITY_HOST: "Microsoft's SDKs",
  CHROMIUM_PATH: "scripts/system-packages.mjs",
  EADDRINUSE: "Node",
  EMULATOR_PORT: "emulator and the demo",
  EMULATOR_TLS_PORT: "emulator",
  GITHUB_TOKEN: "GitHub Actions",
  IDENTITY_ENDPOINT: "Microsoft's SDKs",
  IDENTITY_HEADER: "Microsoft's SDKs",
  LIVE_ACS_CONNECTION_STRING: "packages/emulator/test",
  LIVE_ENTRA_CERTIFICATE_FILE: "packages/emulator/test",
  LIVE_ENTRA_CLIENT_ID: "packages/emulator/test",
  LIVE_ENTRA_CLIENT_SECRET: "packages/emulator/test",
  LIVE_ENTRA_TENANT_ID: "packages/emulator/test",
  LIVE_ENTRA_USER_TOKEN: "packages/emulator/test",
  LIVE_TEAMS_CLIENT_ID: "packages/emulator/test",
  LIVE_TEAMS_USER_ID: "packages/emulator/test",
  LIVE_TEAMS_USER_TOKEN: "packages/emulator/test",
  NODE_ENV: "Node's ecosystem; this server does not read it",
  NODE_EXTRA_CA_CERTS: "Node",
  NODE_OPTIONS: "Node",
  OPTIONAL_PACKAGES: "an argument of the Dockerfile",
  OTEL_EXPORTER_OTLP_HEADERS: "OpenTelemetry's packages",
  OTEL_RESOURCE_ATTRIBUTES: "OpenTelemetry's packages",
  OTEL_SERVICE_NAME: "OpenTelemetry's packages",
  REDIS_SERVER_PATH: "scripts/system-packages.mjs",
  REQUESTS_CA_BUNDLE: "Python's requests",
  SKIP_SYSTEM_PACKAGES: "scripts/system-packages.mjs",
  SSL_CERT_FILE: "OpenSSL",
  TEAMS_TOKEN: "a variable of an example",
};

/** Microsoft's own names in capitals. */
const isMicrosofts = (name: string) => /^(AADSTS\d*|TEAMS\d*|TEAMS_FREE|GOV|GCCHIGH|DOD|AR_.*)$/.test(name);

const known = new Set([...settingNames, ...Object.keys(namesOfOthers)]);
const inCapitals = (code: string) => code.match(/(?<![\w-])[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?!\w)/g) ?? [];

describe("settings", () => {
  it.each(documents.map((document) => [document.path, document] as const))("that %s names exist", (_path, document) => {
    const configured = document.fences.filter(({ info }) => /^(dotenv|ini|yaml|sh)/.test(info)).map(({ text }) => text);
    // A variable that an example sets is not a setting.
    const own = new Set(
      configured.flatMap((text) => [...text.matchAll(/^(?:export )?([a-z_]\w*)=/gm)].map(([, name]) => name)),
    );
    const named = [...inlineCode(document), ...configured].flatMap(inCapitals);
    expect(named.filter((name) => !known.has(name) && !own.has(name) && !isMicrosofts(name))).toEqual([]);
  });

  // Files with secrets are named once, by their rule.
  const plainNames = settingNames.filter((name) => !name.endsWith("_FILE") || name in settingRows);

  it.each(plainNames)("%s is in the reference", (name) => {
    expect(documentAt("docs/reference/settings.md").text).toMatch(new RegExp(`^\\| [^|]*\`${name}\``, "m"));
  });

  it.each(plainNames)("%s is in .env.example", (name) => {
    expect(readText(join(root, ".env.example"))).toMatch(new RegExp(`^#?${name}=`, "m"));
  });

  it("in .env.example are all in the table", () => {
    const names = [...readText(join(root, ".env.example")).matchAll(/^#?([A-Z][A-Z0-9_]*)=/gm)];
    expect(names.map(([, name]) => name).filter((name) => !settingNames.includes(name ?? ""))).toEqual([]);
  });

  it.each([
    ["docs/reference/settings.md", settingsMarkdown],
    ["docs/tenants.schema.json", tenantsJsonSchema],
    [".env.example", envExample],
    ["deploy/azure/main.bicep", () => withParameterDescriptions(readText(join(root, "deploy/azure/main.bicep")))],
  ])("in %s are what npm run docs writes", (path, written) => {
    expect(readText(join(root, path))).toBe(written());
  });
});

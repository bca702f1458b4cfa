// What TENANTS_FILE may say, and how a wrong file is reported: by place and reason, never with a value.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigError, readConfig } from "./read-settings.ts";
import { readTenantsFile } from "./tenants-file.ts";

const contoso = "11111111-1111-4111-8111-111111111111";
const fabrikam = "22222222-2222-4222-8222-222222222222";
const client = "44444444-4444-4444-8444-444444444444";
const key = (letter: string) => letter.repeat(44);
const acs = (name: string, letter = "A") =>
  `endpoint=https://${name}.communication.azure.com/;accesskey=${key(letter)}`;
const rules = {
  authority: new URL("https://login.microsoftonline.com"),
  allowInsecureLoopback: false,
  teamsPhoneExtensibility: false,
};

const tenant = (changes: object = {}) => ({
  id: contoso,
  name: "contoso",
  clientIds: [client],
  resources: ["eu"],
  ...changes,
});
const resource = (changes: object = {}) => ({ name: "eu", connectionString: acs("eu"), ...changes });
const good = { tenants: [tenant()], resources: [resource()] };

/** A folder for one test, with these files. */
function folderWith(files: Record<string, unknown>): string {
  const folder = mkdtempSync(join(tmpdir(), "tenants-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  }
  return folder;
}
const read = (content: unknown, others: Record<string, string> = {}, given: Partial<typeof rules> = {}) =>
  readTenantsFile(join(folderWith({ "tenants.json": content, ...others }), "tenants.json"), { ...rules, ...given });

function problemsIn(...given: Parameters<typeof read>): string[] {
  const result = read(...given);
  return result.ok ? [] : result.problems.map(([place, problem]) => `${place} ${problem}`);
}

describe("the file", () => {
  it("lists tenants and resources, with the documented defaults", () => {
    expect(read(good)).toEqual({
      ok: true,
      files: [expect.stringContaining("tenants.json")],
      value: {
        tenants: [
          {
            id: contoso,
            name: "contoso",
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
            name: "eu",
            endpoint: "https://eu.communication.azure.com",
            accessKeys: [key("A")],
            exchangesPer30s: 450,
            isDraining: false,
            weight: 1,
          },
        ],
      },
    });
  });

  it("takes every member that is described, and ids in upper case", () => {
    const whole = tenant({
      id: contoso.toUpperCase(),
      requiredAuthContexts: ["c1"],
      agents: [client],
      resources: ["us", "eu"],
      exchangesPer30s: 100,
      state: "suspended",
      failover: true,
    });
    const us = resource({
      name: "us",
      connectionString: acs("us"),
      exchangesPer30s: 0,
      state: "draining",
      weight: 2.5,
    });
    const result = read({ $schema: "tenants.schema.json", tenants: [whole], resources: [resource(), us] });
    expect(result.ok && result.value).toMatchObject({
      tenants: [{ id: contoso, resources: [1, 0], exchangesPer30s: 100, isSuspended: true, failover: true }],
      resources: [{ name: "eu" }, { name: "us", exchangesPer30s: 0, isDraining: true, weight: 2.5 }],
    });
  });

  it("reads connection strings from files, whose paths start at its folder", () => {
    const resources = [
      { name: "eu", connectionStringFile: "eu.txt" },
      { name: "us", connectionStringFiles: ["us-1.txt", "us-2.txt"] },
      { name: "uk", connectionStrings: [acs("uk"), acs("uk", "B")] },
      { name: "de", endpoint: "https://de.communication.azure.com" },
    ];
    const files = { "eu.txt": `${acs("eu")}\n`, "us-1.txt": acs("us"), "us-2.txt": acs("us", "B") };
    const result = read({ tenants: [tenant()], resources }, files);
    const hosts = ["eu", "us", "uk", "de"].map((name) => `https://${name}.communication.azure.com`);
    expect(result.ok && result.value.resources.map(({ endpoint }) => endpoint)).toEqual(hosts);
    expect(result.ok && result.value.resources.map(({ accessKeys }) => accessKeys.length)).toEqual([1, 2, 2, 0]);
    expect(result.ok && result.files).toHaveLength(4);
  });
});

describe("reports", () => {
  const second = tenant({ id: fabrikam, name: "fabrikam" });
  const cases: [what: string, content: unknown, problems: (string | RegExp)[]][] = [
    ["a missing list", { tenants: [tenant()] }, ["resources is missing"]],
    [
      "an id that is no GUID",
      { ...good, tenants: [tenant(), { ...second, id: "x" }] },
      [/^tenants\[1\]\.id must be a GUID/],
    ],
    [
      "a client that is no GUID",
      { ...good, tenants: [tenant(), second, { ...second, clientIds: ["secret"] }] },
      [/^tenants\[2\]\.clientIds\[0\] must be a GUID/],
    ],
    [
      "no clients",
      { ...good, tenants: [tenant({ clientIds: [] })] },
      [/^tenants\[0\]\.clientIds must have at least 1/],
    ],
    [
      "a member that is unknown",
      { ...good, tenants: [tenant({ clientId: client })] },
      ["tenants[0] has the unknown member clientId"],
    ],
    [
      "a member that is unknown and may be a secret",
      { ...good, resources: [resource({ [acs("eu")]: "" })] },
      ["resources[0] has the unknown member with a name that is not shown"],
    ],
    [
      "another state",
      { ...good, tenants: [tenant({ state: "off" })] },
      ["tenants[0].state must be one of active, suspended"],
    ],
    [
      "a text for a number",
      { ...good, resources: [resource({ weight: "2" })] },
      ["resources[0].weight must be a number"],
    ],
    [
      "a tenant twice",
      { ...good, tenants: [tenant(), { ...second, id: contoso }] },
      ["tenants[1].id is the same as tenants[0].id"],
    ],
    [
      "a name twice",
      { ...good, tenants: [tenant(), { ...second, name: "contoso" }] },
      ["tenants[1].name is the same as tenants[0].name"],
    ],
    [
      "a resource that is not there",
      { ...good, tenants: [tenant({ resources: ["us"] })] },
      ["tenants[0].resources[0] names no resource of this file"],
    ],
    [
      "only draining resources",
      { ...good, resources: [resource({ state: "draining" })] },
      [/^tenants\[0\]\.resources must name a resource that is not draining/],
    ],
    [
      "two resources at one address",
      { ...good, resources: [resource(), resource({ name: "us" })] },
      ["the endpoint of resources[1] is the same as the endpoint of resources[0]"],
    ],
    [
      "no connection",
      { ...good, resources: [{ name: "eu" }] },
      [/^resources\[0\] must have exactly one of connectionString, /],
    ],
    [
      "two connections",
      { ...good, resources: [resource({ endpoint: "https://eu.communication.azure.com" })] },
      [/^resources\[0\] must have exactly one of/],
    ],
    [
      "a connection string of another form",
      { ...good, resources: [resource({ connectionString: "secret" })] },
      ["resources[0].connectionString must look like endpoint=https://…;accesskey=…"],
    ],
    [
      "keys of two resources",
      { ...good, resources: [{ name: "eu", connectionStrings: [acs("eu"), acs("us")] }] },
      ["resources[0].connectionStrings[1] must name the same endpoint as resources[0].connectionStrings[0]"],
    ],
    [
      "a file that is not there",
      { ...good, resources: [{ name: "eu", connectionStringFile: "secret" }] },
      [/^resources\[0\]\.connectionStringFile names a file that cannot be read/],
    ],
    [
      "a host that is not ACS",
      { ...good, resources: [{ name: "eu", endpoint: "https://secret.example" }] },
      ["resources[0].endpoint must name a host under communication.azure.com (or .us, .cn)"],
    ],
    [
      "an emulator",
      {
        ...good,
        resources: [{ name: "eu", connectionString: `endpoint=http://localhost:9400/;accesskey=${key("A")}` }],
      },
      [/^resources\[0\]\.connectionString may use http only for loopback/],
    ],
    [
      "text that is no JSON",
      `{\n  "tenants": secret ${" ".repeat(40)}\n}`,
      ["the file is not JSON: look at line 2, column 14"],
    ],
    ["a comma too many", `{"tenants": [],}`, ["the file is not JSON: look at line 1, column 16"]],
    ["half a file", `{"tenants": [`, ["the file is not JSON: look at line 1, column 14"]],
  ];
  it.each(cases)("%s by place and reason", (_what, content, problems) => {
    const found = problemsIn(content);
    expect(found).toEqual(
      problems.map((problem) => (typeof problem === "string" ? problem : expect.stringMatching(problem))),
    );
    expect(found.join()).not.toMatch(/secret|AAAA/);
  });

  it("several resources if clients are told the address of one", () => {
    const content = { ...good, resources: [resource(), resource({ name: "us", connectionString: acs("us") })] };
    expect(problemsIn(content, {}, { teamsPhoneExtensibility: true })).toEqual([
      expect.stringMatching(/^resources must hold only one resource/),
    ]);
  });

  it("an address of Microsoft beside an emulated authority", () => {
    const emulated = { authority: new URL("http://localhost:9400"), allowInsecureLoopback: true };
    expect(problemsIn(good, {}, emulated)).toEqual([
      "resources[0].connectionString and ENTRA_AUTHORITY must both be addresses of an emulator, or both of Microsoft",
    ]);
  });
});

describe("the settings", () => {
  function problemsOf(content: unknown, more: Record<string, string> = {}): string[] {
    const TENANTS_FILE = join(folderWith({ "tenants.json": content }), "tenants.json");
    try {
      readConfig({ TENANTS_FILE, ENTRA_API_CLIENT_ID: contoso, ...more });
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems.map(({ setting, problem }) => `${setting} ${problem}`);
    }
  }

  it("need no others for tenants and resources if there is a file", () => {
    expect(problemsOf(good)).toEqual([]);
  });

  it("name the place of every problem in the file", () => {
    expect(problemsOf({ ...good, tenants: [tenant({ id: "x", name: "X" })] })).toEqual([
      expect.stringMatching(/^TENANTS_FILE at tenants\[0\]\.id must be a GUID/),
      expect.stringMatching(/^TENANTS_FILE at tenants\[0\]\.name must be a name/),
    ]);
  });

  it.each([
    ["ENTRA_TENANT_ID", contoso],
    ["ENTRA_CLIENT_IDS", client],
    ["REQUIRED_AUTH_CONTEXTS", "c1"],
    ["ACS_CONNECTION_STRING", acs("eu")],
    ["ACS_ENDPOINT", "https://eu.communication.azure.com"],
    ["ACS_EXCHANGES_PER_30S", "100"],
  ])("must not say %s as well", (setting, value) => {
    expect(problemsOf(good, { [setting]: value })).toEqual([
      expect.stringMatching(new RegExp(`^${setting} and TENANTS_FILE are both set`)),
    ]);
  });
});

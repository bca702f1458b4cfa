// The doctor command against the emulator: a correct set-up, spoilt in one way a time. Every way has one name, and only that one
// is said; so a check that is removed fails its test, and a check that reports too much fails the others.
import { join } from "node:path";
import type { Emulator } from "@teams-token-exchange/emulator";
import { afterAll, describe, expect, it } from "vitest";
import { daysLeft } from "../src/doctor/checks/retired.ts";
import { checks, exitStatusOf } from "../src/doctor/examine.ts";
import { reportLines } from "../src/doctor/format-report.ts";
import { acsAppId } from "../src/graph/objects.ts";
import {
  completeSetUp,
  control,
  freshEmulator,
  graphOf,
  readFileOf,
  runDoctor,
  temporaryFolder,
  writeFileOf,
} from "./support.ts";

const repository = join(import.meta.dirname, "../../..");
const otherId = "99999999-9999-4999-8999-999999999999";

/** What a misconfiguration may spoil. */
interface SetUp {
  emulator: Emulator;
  folder: string;
  api: ReturnType<Emulator["registration"]>;
  client: ReturnType<Emulator["registration"]>;
  tenant: ReturnType<Emulator["tenant"]>;
  /** Changes lines of the .env; undefined takes one out. */
  set(changes: Record<string, string | undefined>): void;
}

const settingOf = (folder: string, name: string) =>
  new RegExp(`^${name}=(.*)$`, "m").exec(readFileOf(folder, ".env"))?.[1] ?? "";

async function correctSetUp(): Promise<SetUp> {
  const emulator = await freshEmulator();
  const folder = await completeSetUp(emulator);
  return {
    emulator,
    folder,
    api: emulator.registration(settingOf(folder, "ENTRA_API_CLIENT_ID")),
    client: emulator.registration(settingOf(folder, "ENTRA_CLIENT_IDS")),
    tenant: emulator.tenant("northwharf"),
    set(changes) {
      const kept = readFileOf(folder, ".env")
        .split("\n")
        .filter((line) => !Object.hasOwn(changes, line.split("=")[0] ?? ""));
      const added = Object.entries(changes).flatMap(([name, value]) =>
        value === undefined ? [] : [`${name}=${value}`],
      );
      writeFileOf(folder, ".env", [...kept, ...added, ""].join("\n"));
    },
  };
}

const withoutConsent = ({ emulator, client, tenant }: SetUp, resourceAppId: string) =>
  control(emulator, "remove", {
    kind: "consents",
    value: { tenantId: tenant.id, clientAppId: client.appId, resourceAppId },
  });

interface Seeded {
  readonly spoil: (setUp: SetUp) => void | Promise<void>;
  readonly doctor?: Parameters<typeof runDoctor>[2];
}

/** The pains of the list first, in its order; then the rest of what the checks know. */
const misconfigurations: [name: string, id: string, seeded: Seeded][] = [
  [
    "the tenant id in the place of the client's id",
    "ids-mixed-up",
    { spoil: ({ set, tenant, client }) => set({ ENTRA_CLIENT_IDS: `${client.appId},${tenant.id}` }) },
  ],
  [
    "the API's id in the place of the client's",
    "ids-mixed-up",
    { spoil: ({ set, api, client }) => set({ ENTRA_CLIENT_IDS: `${client.appId},${api.appId}` }) },
  ],
  [
    "redirect URIs of a desktop application",
    "redirect-platform",
    {
      spoil: ({ client }) => {
        client.redirectUris = { desktop: client.redirectUris?.spa ?? [] };
      },
    },
  ],
  [
    "redirect URIs of a web application",
    "redirect-platform",
    {
      spoil: ({ client }) => {
        client.redirectUris = { web: client.redirectUris?.spa ?? [] };
      },
    },
  ],
  [
    "a client that does not ask for the Teams token",
    "teams-permission-missing",
    {
      spoil: ({ client }) => {
        delete client.requiredPermissions?.[acsAppId];
      },
    },
  ],
  [
    "one Teams permission of two",
    "teams-permission-missing",
    {
      spoil: ({ client }) => {
        client.requiredPermissions = { ...client.requiredPermissions, [acsAppId]: ["Teams.ManageCalls"] };
      },
    },
  ],
  [
    "no service principal of ACS",
    "acs-service-principal-missing",
    {
      spoil: ({ tenant }) => {
        tenant.missingServicePrincipals = [acsAppId];
      },
    },
  ],
  ["no consent", "consent-missing", { spoil: (setUp) => withoutConsent(setUp, acsAppId) }],
  [
    "consent of only one user",
    "consent-missing",
    {
      spoil: async (setUp) => {
        await withoutConsent(setUp, acsAppId);
        const { emulator, tenant, client } = setUp;
        const scopes = ["Teams.ManageCalls", "Teams.ManageChats"];
        const value = {
          tenantId: tenant.id,
          clientAppId: client.appId,
          resourceAppId: acsAppId,
          userOid: emulator.user("ada").oid,
          scopes,
        };
        await control(emulator, "put", { kind: "consents", value });
      },
    },
  ],
  [
    "consent to one permission of two",
    "consent-incomplete",
    {
      spoil: async (setUp) => {
        await withoutConsent(setUp, acsAppId);
        const { emulator, tenant, client } = setUp;
        const value = {
          tenantId: tenant.id,
          clientAppId: client.appId,
          resourceAppId: acsAppId,
          scopes: ["Teams.ManageCalls"],
        };
        await control(emulator, "put", { kind: "consents", value });
      },
    },
  ],
  [
    "tokens that live ten minutes",
    "token-lifetime-too-short",
    {
      spoil: ({ emulator }) => {
        emulator.settings.accessTokenLifetime = { min: 600, max: 600 };
      },
    },
  ],
  ["a wildcard as allowed origin", "cors-origin-not-exact", { spoil: ({ set }) => set({ ALLOWED_ORIGINS: "*" }) }],
  [
    "a page that CORS does not let in",
    "cors-origin-missing",
    {
      spoil: ({ client }) => {
        client.redirectUris?.spa?.push("https://app.example.com/");
      },
    },
  ],
  [
    "an allowed origin without a page",
    "cors-origin-without-page",
    { spoil: ({ set }) => set({ ALLOWED_ORIGINS: "https://old.example.com" }) },
  ],
  ["a user without a Teams licence", "licence-missing", { spoil: () => {}, doctor: { user: "chen" } }],
  [
    "a guest from another tenant",
    "account-is-guest",
    {
      spoil: ({ emulator }) => {
        emulator.user("erin").guest = true;
      },
    },
  ],
  [
    "an API of v1 tokens",
    "api-token-version",
    {
      spoil: ({ api }) => {
        api.accessTokenAcceptedVersion = null;
      },
    },
  ],
  [
    "the v2 path in the authority",
    "setting-bad",
    { spoil: ({ set, emulator, tenant }) => set({ ENTRA_AUTHORITY: `${emulator.origin}/${tenant.id}/v2.0` }) },
  ],
  [
    "a setting by the name of another guide",
    "setting-unknown",
    { spoil: ({ set }) => set({ AAD_CLIENT_ID: otherId }) },
  ],
  [
    "a setting with a slip",
    "setting-unknown",
    { spoil: ({ set }) => set({ ALLOWED_ORIGIN: "https://app.example.com" }) },
  ],
  [
    "a setting that a service link of Kubernetes replaced",
    "setting-warning",
    { spoil: ({ set }) => set({ METRICS_PORT: "tcp://10.0.0.1:9464" }) },
  ],
  ["a setting with two letters swapped", "setting-unknown", { spoil: ({ set }) => set({ TRUSTED_PORXIES: "1" }) }],
  [
    "a file of a secret under a slightly wrong name",
    "setting-unknown",
    { spoil: ({ set }) => set({ REDIS_URL_FILES: "/run/secrets/redis-url" }) },
  ],
  ["an empty setting", "setting-empty", { spoil: ({ set }) => set({ LOG_LEVEL: "" }) }],
  ["a secret and its file", "setting-bad", { spoil: ({ set }) => set({ ACS_CONNECTION_STRING_FILE: "/dev/null" }) }],
  [
    "a lockfile of a private registry",
    "lockfile-names-a-host",
    {
      spoil: ({ folder }) =>
        writeFileOf(
          folder,
          "package-lock.json",
          JSON.stringify({ packages: { "node_modules/x": { resolved: "https://packages.example.com/x.tgz" } } }),
        ),
    },
  ],

  [
    "an authority that nobody can reach",
    "authority-unreachable",
    { spoil: ({ set }) => set({ ENTRA_AUTHORITY: "http://localhost:1" }) },
  ],
  [
    "a tenant that the authority does not know",
    "tenant-unknown",
    { spoil: ({ set }) => set({ ENTRA_TENANT_ID: otherId }) },
  ],
  [
    "an authority that issues in another name",
    "issuer-wrong",
    {
      spoil: ({ emulator }) =>
        emulator.addFault({
          operation: "discovery",
          fault: { kind: "status", status: 200, body: { json: { issuer: "https://sts.windows.net/x/" } } },
        }),
    },
  ],
  [
    "no usable signing key",
    "signing-keys-unusable",
    {
      spoil: ({ emulator }) =>
        emulator.addFault({ operation: "keys", fault: { kind: "status", status: 200, body: { json: { keys: [] } } } }),
    },
  ],
  [
    "a proxy that is not switched on",
    "setting-warning",
    { spoil: ({ set }) => set({ HTTPS_PROXY: "http://proxy.example.com:3128" }) },
  ],
  [
    "a proxy without a scheme",
    "setting-bad",
    { spoil: ({ set }) => set({ NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: "proxy.example.com:3128" }) },
  ],
  ["an http address to sign in at", "sign-in-over-http", { spoil: () => {}, doctor: { wantsSignIn: true } }],
  ["a clock ten minutes ahead", "clock-differs", { spoil: () => {}, doctor: { now: () => Date.now() + 600_000 } }],
  [
    "an API that is not registered",
    "api-registration-missing",
    { spoil: ({ set }) => set({ ENTRA_API_CLIENT_ID: otherId }) },
  ],
  [
    "an API without its scope",
    "api-scope-missing",
    {
      spoil: ({ api }) => {
        api.scopes = [];
      },
    },
  ],
  [
    "a scope that is disabled",
    "api-scope-disabled",
    {
      spoil: ({ api }) => {
        for (const scope of api.scopes ?? []) scope.isEnabled = false;
      },
    },
  ],
  [
    "an API without its identifier",
    "api-identifier-missing",
    {
      spoil: ({ api }) => {
        api.identifierUris = [];
      },
    },
  ],
  [
    "an API for personal accounts",
    "personal-accounts",
    {
      spoil: ({ api }) => {
        api.signInAudience = "AzureADandPersonalMicrosoftAccount";
      },
    },
  ],
  [
    "a client for personal accounts",
    "personal-accounts",
    {
      spoil: ({ client }) => {
        client.signInAudience = "AzureADandPersonalMicrosoftAccount";
      },
    },
  ],
  [
    "an API without a service principal",
    "api-service-principal-missing",
    {
      spoil: ({ tenant, api }) => {
        tenant.missingServicePrincipals = [api.appId];
      },
    },
  ],
  [
    "authentication contexts without xms_cc",
    "api-optional-claim-missing",
    {
      spoil: ({ api, set }) => {
        api.optionalClaims = [];
        set({ REQUIRED_AUTH_CONTEXTS: "c1" });
      },
    },
  ],
  [
    "a client that is not registered",
    "client-registration-missing",
    { spoil: ({ set, client }) => set({ ENTRA_CLIENT_IDS: `${client.appId},${otherId}` }) },
  ],
  [
    "a client without a service principal",
    "client-service-principal-missing",
    {
      spoil: ({ tenant, client }) => {
        tenant.missingServicePrincipals = [client.appId];
      },
    },
  ],
  [
    "no redirect URI at all",
    "redirect-platform",
    {
      spoil: ({ client }) => {
        client.redirectUris = {};
      },
    },
  ],
  [
    "a redirect bridge beside the path of the page",
    "redirect-bridge-missing",
    { spoil: ({ set }) => set({ BASE_PATH: "/teams" }) },
  ],
  [
    "no redirect bridge",
    "redirect-bridge-missing",
    {
      spoil: ({ client }) => {
        client.redirectUris = { spa: ["http://localhost:3000/"] };
      },
    },
  ],
  [
    "an http page that is not localhost",
    "redirect-not-https",
    {
      spoil: ({ client, set }) => {
        client.redirectUris?.spa?.push("http://app.example.com/");
        set({ ALLOWED_ORIGINS: undefined });
      },
      doctor: { server: new URL("http://app.example.com") },
    },
  ],
  [
    "a client that does not ask for the API",
    "api-permission-missing",
    {
      spoil: ({ client }) => {
        client.requiredPermissions = { [acsAppId]: ["Teams.ManageCalls", "Teams.ManageChats"] };
      },
    },
  ],
  [
    "a client without leave for the API",
    "pre-authorisation-missing",
    {
      spoil: async (setUp) => {
        setUp.api.preAuthorizedApplications = [];
        await withoutConsent(setUp, setUp.api.appId);
      },
    },
  ],
  [
    "an ACS resource that nobody can reach",
    "acs-unreachable",
    { spoil: ({ set }) => set({ ACS_CONNECTION_STRING: `endpoint=http://localhost:1/;accesskey=${"a".repeat(88)}` }) },
  ],
  [
    "an ACS endpoint that nobody can reach, for an identity of the server's own",
    "acs-unreachable",
    { spoil: ({ set }) => set({ ACS_CONNECTION_STRING: undefined, ACS_ENDPOINT: "https://localhost:1" }) },
  ],
  [
    "a key that was regenerated",
    "acs-key-refused",
    { spoil: ({ emulator }) => void emulator.regenerateAccessKey("primary") },
  ],
  [
    "a wrong secondary key",
    "acs-key-refused",
    {
      spoil: ({ set, folder }) =>
        set({
          ACS_CONNECTION_STRING_SECONDARY: settingOf(folder, "ACS_CONNECTION_STRING").replace(
            /accesskey=.*/,
            `accesskey=${"b".repeat(88)}`,
          ),
        }),
    },
  ],
  ["a Redis that is not there", "redis-unusable", { spoil: ({ set }) => set({ REDIS_URL: "redis://127.0.0.1:9" }) }],
  [
    "a server without TLS",
    "server-not-https",
    { spoil: () => {}, doctor: { server: new URL("http://exchange.example.com") } },
  ],
  [
    "a permission of Azure AD Graph",
    "retired-azure-ad-graph",
    {
      spoil: ({ client }) => {
        client.requiredPermissions = { ...client.requiredPermissions, "00000002-0000-0000-c000-000000000000": [] };
      },
    },
  ],
  [
    "the retired UI library",
    "retired-acs-ui-library",
    {
      spoil: ({ folder }) =>
        writeFileOf(
          folder,
          "package.json",
          JSON.stringify({ dependencies: { "@azure/communication-react": "1.0.0" } }),
        ),
    },
  ],
];

/** A page that is http is also a server that is http; everything else has one name. */
const companions: Record<string, string[]> = { "redirect-not-https": ["server-not-https"] };

describe("names", () => {
  const needed = new Set<string>();
  afterAll(() => expect([...needed].toSorted()).toEqual(checks.map(({ name }) => name).toSorted()));

  it.each(misconfigurations)("%s", async (_name, id, { spoil, doctor }) => {
    const setUp = await correctSetUp();
    await spoil(setUp);
    const report = await runDoctor(setUp.emulator, setUp.folder, doctor);
    expect(report.findings.map((finding) => finding.id)).toEqual([id, ...(companions[id] ?? [])]);
    expect(exitStatusOf(report)).toBe(1);
    for (const { check } of report.findings) needed.add(check);
    for (const { what, why, remedy } of report.findings) expect([what, why, remedy]).not.toContain("");
  });

  it("several findings together, in the order of the checks", async () => {
    const { emulator, folder, api, client, set } = await correctSetUp();
    set({ ALLOWED_ORIGINS: "*" });
    api.accessTokenAcceptedVersion = null;
    client.redirectUris = {};
    emulator.regenerateAccessKey("primary");
    const report = await runDoctor(emulator, folder);
    expect(report.findings.map(({ id }) => id)).toEqual([
      ...["cors-origin-not-exact", "api-token-version", "redirect-platform", "acs-key-refused"],
    ]);
  });

  it("every bad setting together, and says that the other checks could not run", async () => {
    const { emulator, folder } = await correctSetUp();
    writeFileOf(folder, ".env", "ENTRA_TENANT_ID=x\nPORT=http\n");
    const report = await runDoctor(emulator, folder);
    expect(new Set(report.findings.map(({ id }) => id))).toEqual(new Set(["setting-bad"]));
    expect(report.findings.length).toBeGreaterThan(4);
    expect(report.unchecked.map(({ check }) => check)).toContain("api-registration");
  });
});

describe("a correct set-up", () => {
  it("has no finding, in words and for machines", async () => {
    const { emulator, folder } = await correctSetUp();
    const report = await runDoctor(emulator, folder, { installation: repository });
    expect(report).toEqual({ checked: checks.map(({ name }) => name), findings: [], unchecked: [] });
    expect(reportLines(report, false, Date.now())).toEqual([`All ${checks.length} checks passed.`]);
    expect(reportLines(report, true, Date.parse("2028-09-20")).join("\n")).toContain("ends on 2028-09-30, in 10 days");
  });

  it("spends nothing of the exchange's quota, and makes no identity", async () => {
    const { emulator, folder } = await correctSetUp();
    emulator.clearRequests();
    await runDoctor(emulator, folder);
    const asked = emulator.requests
      .map(({ operation }) => operation)
      .filter((name) => name.startsWith("CommunicationIdentity"));
    expect(asked).toEqual(["CommunicationIdentity_IssueAccessToken"]);
    expect((await emulator.exportState()) as unknown as { identities?: unknown }).not.toHaveProperty(
      "state.identities.0",
    );
  });

  it("holds with a page on another host, by CORS", async () => {
    const { emulator, folder, client, set } = await correctSetUp();
    client.redirectUris?.spa?.push("https://app.example.com/", "https://app.example.com/redirect.html");
    set({ ALLOWED_ORIGINS: "https://app.example.com" });
    expect((await runDoctor(emulator, folder)).findings).toEqual([]);
    set({ ALLOWED_ORIGINS: undefined });
    const server = new URL("https://app.example.com");
    expect((await runDoctor(emulator, folder, { server })).findings).toEqual([]);
  });
});

it("names the redirect URI that is missing, with the path of the page", async () => {
  const { emulator, folder, set } = await correctSetUp();
  set({ BASE_PATH: "/teams" });
  const { findings } = await runDoctor(emulator, folder);
  expect(findings.map(({ remedy }) => remedy).join()).toContain("Add URI: http://localhost:3000/teams/redirect.html");
});

describe("what could not be checked", () => {
  it("is reported with the missing permission, and is not a success", async () => {
    const { emulator, folder } = await correctSetUp();
    const report = await runDoctor(emulator, folder, { graph: graphOf(emulator, "ada", ["User.Read"]) });
    expect(report.findings).toEqual([]);
    expect(report.unchecked[0]).toMatchObject({
      check: "api-registration",
      next: expect.stringContaining("Application.Read.All"),
    });
    expect(exitStatusOf(report)).toBe(2);
  });

  it("is reported if nobody signs in", async () => {
    const { emulator, folder } = await correctSetUp();
    const report = await runDoctor(emulator, folder, { graph: undefined });
    expect(exitStatusOf(report)).toBe(2);
    expect(reportLines(report, false, 0).join("\n")).toContain("Not checked: consent. Nobody signed in.");
  });

  it("is no failure if only the policies may not be read", async () => {
    const { emulator, folder } = await correctSetUp();
    const scopes = ["Application.Read.All", "DelegatedPermissionGrant.Read.All", "User.Read"];
    const report = await runDoctor(emulator, folder, { graph: graphOf(emulator, "erin", scopes) });
    expect(report.unchecked.map(({ check }) => check)).toEqual(["token-lifetime"]);
    expect(exitStatusOf(report)).toBe(0);
  });

  it("includes ACS if its answer says nothing about the key", async () => {
    const { emulator, folder } = await correctSetUp();
    emulator.addFault({ operation: "CommunicationIdentity_IssueAccessToken", fault: { kind: "status", status: 500 } });
    const report = await runDoctor(emulator, folder);
    expect(report).toMatchObject({ findings: [], unchecked: [{ check: "acs" }] });
  });
});

it("tells no secret: neither keys nor tokens stand in any report", async () => {
  const { emulator, folder, set } = await correctSetUp();
  const key = settingOf(folder, "ACS_CONNECTION_STRING").split("accesskey=")[1] ?? "none";
  set({ ALLOWED_ORIGINS: "*", PORT: key, AAD_CLIENT_ID: key });
  emulator.regenerateAccessKey("primary");
  const report = await runDoctor(emulator, folder);
  expect(report.findings.length).toBeGreaterThan(2);
  for (const fragment of key.match(/.{12}/g) ?? []) expect(JSON.stringify(report)).not.toContain(fragment);
});

it("counts the days to a retirement, the last one included", () => {
  expect(daysLeft("2028-09-30", Date.parse("2028-09-30T12:00:00Z"))).toBe(0);
  expect(daysLeft("2028-09-30", Date.parse("2028-09-29T12:00:00Z"))).toBe(1);
  expect(daysLeft("2028-09-30", Date.parse("2028-10-01T12:00:00Z"))).toBe(-1);
});

it("takes an empty folder for an installation without packages", async () => {
  const { emulator, folder } = await correctSetUp();
  expect((await runDoctor(emulator, folder, { installation: temporaryFolder() })).findings).toEqual([]);
});

describe("with several tenants", () => {
  async function severalTenants() {
    const setUp = await correctSetUp();
    const { emulator, folder, client } = setUp;
    const resources = [{ name: "eu", connectionString: settingOf(folder, "ACS_CONNECTION_STRING") }];
    const tenants = ["northwharf", "larkhill"].map((name) => {
      const clientIds = name === "northwharf" ? [client.appId] : [otherId];
      return { id: emulator.tenant(name).id, name, clientIds, resources: ["eu"] };
    });
    writeFileOf(folder, "tenants.json", JSON.stringify({ tenants, resources }));
    const replaced = ["ENTRA_TENANT_ID", "ENTRA_CLIENT_IDS", "ACS_CONNECTION_STRING"].map((name) => [name, undefined]);
    setUp.set({ ...Object.fromEntries(replaced), TENANTS_FILE: join(folder, "tenants.json") });
    return setUp;
  }

  it("checks the one that is named", async () => {
    const { emulator, folder } = await severalTenants();
    expect((await runDoctor(emulator, folder, { tenant: "northwharf" })).findings).toEqual([]);
    const other = await runDoctor(emulator, folder, { tenant: "larkhill", graph: undefined });
    expect(other.findings).toEqual([]);
  });

  it("asks for a name", async () => {
    const { emulator, folder } = await severalTenants();
    const names = "--tenant must be one of northwharf, larkhill";
    await expect(runDoctor(emulator, folder)).rejects.toThrow(names);
    await expect(runDoctor(emulator, folder, { tenant: "secret" })).rejects.toThrow(names);
  });

  it("has no use for a name without a file", async () => {
    const { emulator, folder } = await correctSetUp();
    await expect(runDoctor(emulator, folder, { tenant: "northwharf" })).rejects.toThrow("--tenant is for");
  });
});

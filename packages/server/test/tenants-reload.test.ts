// TENANTS_FILE changes while the server runs: under load, no request is lost and none reaches a resource that is not its tenant's.
import { renameSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Emulator } from "@teams-token-exchange/emulator";
import { beforeEach, expect, it } from "vitest";
import {
  emulatorOfThree,
  people,
  resourceEntry,
  startResource,
  startWithTenants,
  type TenantName,
  type TenantsFile,
  type TestResource,
  tenantEntry,
  tenantNames,
  tenantsFile,
} from "./support/tenants.ts";
import { exchange, issueBoth, logLines, type TestServer, until } from "./support/world.ts";

beforeEach(() => void logLines.splice(0));
const logged = (text: string) => logLines.filter((line) => line.includes(text)).length;
const readAgain = "TENANTS_FILE was read again";
const quickly = { tenantsPollMs: 10 };

interface Setting {
  emulator: Emulator;
  file: TenantsFile;
  server: TestServer;
}

/** The exchange of a tenant's user. */
async function goAs({ server }: Setting, tenant: TenantName) {
  const { callerToken, teamsToken } = await issueBoth(server, { user: people[tenant] });
  return exchange(server, callerToken, teamsToken);
}

async function start(content: (emulator: Emulator) => object): Promise<Setting> {
  const emulator = await emulatorOfThree();
  const file = tenantsFile(content(emulator));
  return { emulator, file, server: await startWithTenants(emulator, file, {}, quickly) };
}

/** Writes the file, and waits until the server says what it did with it. */
async function write({ file }: Setting, content: unknown, says = readAgain): Promise<void> {
  const before = logged(says);
  file.write(content);
  await until(() => logged(says) > before);
}

async function threeResources() {
  const emulator = await emulatorOfThree();
  return Promise.all(["eu", "us", "uk"].map((name) => startResource(emulator, name)));
}
const entriesOf = (resources: TestResource[], changes: Record<string, object> = {}) =>
  resources.map((resource) => resourceEntry(resource, changes[resource.name]));

it("tenants and resources come, drain, are suspended and go under load without a lost request", async () => {
  const resources = await threeResources();
  const [eu, us, uk] = resources as [TestResource, TestResource, TestResource];
  const setting = await start((emulator) => ({
    tenants: [tenantEntry(emulator, "northwharf", { resources: ["eu"] })],
    resources: entriesOf([eu]),
  }));
  const { emulator } = setting;
  const tenant = (name: TenantName, names: string[], changes: object = {}) =>
    tenantEntry(emulator, name, { resources: names, ...changes });

  /** What each tenant's users have been told, in order. */
  const told: Record<TenantName, string[]> = { northwharf: [], larkhill: [], quayside: [] };
  let isOver = false;
  const load = tenantNames.map(async (name) => {
    while (!isOver) {
      const { status, problem } = await goAs(setting, name);
      told[name].push(problem ?? String(status));
    }
  });
  const serves = async (name: TenantName, answer: string) => {
    const from = told[name].length;
    await until(() => told[name].slice(from + 1).includes(answer));
  };

  await serves("northwharf", "200");
  await serves("larkhill", "tenant-not-listed");
  // Add two tenants and two resources.
  const all = [tenant("northwharf", ["eu", "us"]), tenant("larkhill", ["us"]), tenant("quayside", ["uk"])];
  await write(setting, { tenants: all, resources: entriesOf(resources) });
  await Promise.all(tenantNames.map((name) => serves(name, "200")));
  // Drain a resource.
  await write(setting, { tenants: all, resources: entriesOf(resources, { eu: { state: "draining" } }) });
  await serves("northwharf", "200");
  // Suspend a tenant, and change a limit and a key.
  const suspended = [all[0], tenant("larkhill", ["us"], { state: "suspended" }), all[2]];
  await write(setting, { tenants: suspended, resources: entriesOf(resources, { us: { exchangesPer30s: 400 } }) });
  await serves("larkhill", "tenant-suspended");
  // Remove a tenant and a resource.
  await write(setting, { tenants: [tenant("northwharf", ["us"]), all[1]], resources: entriesOf([us]) });
  await serves("quayside", "tenant-not-listed");
  await serves("larkhill", "200");
  await serves("northwharf", "200");
  isOver = true;
  await Promise.all(load);

  const quotaIsNoLoss = (answer: string) => answer === "200" || answer === "quota-exhausted";
  expect(told.northwharf.filter((answer) => !quotaIsNoLoss(answer))).toEqual([]);
  const explained = new Set(["tenant-not-listed", "tenant-suspended"]);
  expect(
    [...told.larkhill, ...told.quayside].filter((answer) => !quotaIsNoLoss(answer) && !explained.has(answer)),
  ).toEqual([]);
  // Each user only where the user's tenant is served.
  const oid = (name: TenantName) => emulator.user(people[name]).oid;
  expect(new Set(eu.asked)).toEqual(new Set([oid("northwharf")]));
  expect(new Set(uk.asked)).toEqual(new Set([oid("quayside")]));
  expect(us.asked).not.toContain(oid("quayside"));
});

it("a broken file changes nothing, and is reported once by place and reason", async () => {
  const [eu] = await threeResources();
  const content = (emulator: Emulator) => ({
    tenants: [tenantEntry(emulator, "northwharf", { resources: ["eu"] })],
    resources: entriesOf([eu as TestResource]),
  });
  const setting = await start(content);
  const broken = content(setting.emulator);
  const kept = "The tenants and resources stay as they are";
  await write(setting, { ...broken, tenants: [{ ...broken.tenants[0], clientIds: ["secret"] }] }, kept);
  expect(logged("tenants[0].clientIds[0] must be a GUID")).toBe(1);
  await write(setting, "{ not JSON", kept);
  expect(logged("the file is not JSON: look at line 1, column 3")).toBe(1);
  expect(logged("secret")).toBe(0);
  expect((await goAs(setting, "northwharf")).status).toBe(200);
  // Repaired: it counts again.
  await write(setting, { ...broken, tenants: [{ ...broken.tenants[0], state: "suspended" }] });
  expect((await goAs(setting, "northwharf")).problem).toBe("tenant-suspended");
});

it("a file that is replaced, or that a link leads to, counts as changed", async () => {
  const [eu] = await threeResources();
  const content = (emulator: Emulator, state: string) => ({
    tenants: [tenantEntry(emulator, "northwharf", { resources: ["eu"], state })],
    resources: entriesOf([eu as TestResource]),
  });
  const setting = await start((emulator) => content(emulator, "active"));
  const { path } = setting.file;
  const next = join(dirname(path), "next.json");

  writeFileSync(next, JSON.stringify(content(setting.emulator, "suspended")));
  renameSync(next, path);
  await until(() => logged(readAgain) === 1);
  expect((await goAs(setting, "northwharf")).problem).toBe("tenant-suspended");

  // As Kubernetes does: the name stays a link, and leads to another file.
  writeFileSync(next, JSON.stringify(content(setting.emulator, "active")));
  unlinkSync(path);
  symlinkSync(next, path);
  await until(() => logged(readAgain) === 2);
  expect((await goAs(setting, "northwharf")).status).toBe(200);
});

it("a connection string in a file of its own is read again when that file changes", async () => {
  const [eu, us] = (await threeResources()) as [TestResource, TestResource];
  const setting = await start((emulator) => ({
    tenants: [tenantEntry(emulator, "northwharf", { resources: ["eu"] })],
    resources: entriesOf([eu]),
  }));
  const secret = join(dirname(setting.file.path), "eu.txt");
  writeFileSync(secret, us.connectionString);
  const own = tenantEntry(setting.emulator, "northwharf", { resources: ["eu"] });
  await write(setting, { tenants: [own], resources: [{ name: "eu", connectionStringFile: "eu.txt" }] });
  expect((await goAs(setting, "northwharf")).status).toBe(200);
  expect([eu.asked.length, us.asked.length]).toEqual([0, 1]);
  writeFileSync(secret, `${eu.connectionString}\n`);
  await until(() => logged(readAgain) === 2);
  expect((await goAs(setting, "northwharf")).status).toBe(200);
  expect([eu.asked.length, us.asked.length]).toEqual([1, 1]);
});

it("the file is read immediately when the server is asked to, as SIGHUP does", async () => {
  const [eu] = await threeResources();
  const emulator = await emulatorOfThree();
  const contentWith = (state: string) => ({
    tenants: [tenantEntry(emulator, "northwharf", { resources: ["eu"], state })],
    resources: entriesOf([eu as TestResource]),
  });
  const file = tenantsFile(contentWith("active"));
  const server = await startWithTenants(emulator, file, {}, { tenantsPollMs: 3_600_000 });
  file.write(contentWith("suspended"));
  expect((await goAs({ emulator, file, server }, "northwharf")).status).toBe(200);
  await server.app.reloadTenants();
  expect((await goAs({ emulator, file, server }, "northwharf")).problem).toBe("tenant-suspended");
});

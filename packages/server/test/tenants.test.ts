// Several tenants and ACS resources: each tenant's users, through its own clients, at its own resources, and nobody else anywhere.
import { describe, expect, it } from "vitest";
import {
  emulatorOfThree,
  people,
  resourceEntry,
  startResource,
  startWithTenants,
  tenantEntry,
  tenantNames,
  tenantsFile,
} from "./support/tenants.ts";
import { answerOf, exchange, freePort, issue, issueBoth, logLines } from "./support/world.ts";

/** The client of each tenant. */
const clients = { northwharf: "spa", larkhill: "desktop", quayside: "multi" } as const;

/** Each tenant with a client and a resource of its own; a tenant may be changed or left out. */
async function startThree(
  changes: Partial<Record<(typeof tenantNames)[number], object | "unlisted">> = {},
  settings: Record<string, string> = {},
) {
  const emulator = await emulatorOfThree();
  const resources = await Promise.all(tenantNames.map((name) => startResource(emulator, `of-${name}`)));
  const listed = tenantNames.filter((name) => changes[name] !== "unlisted");
  const tenants = listed.map((name) =>
    tenantEntry(emulator, name, {
      clientIds: [emulator.registration(clients[name]).appId],
      resources: [`of-${name}`],
      ...(changes[name] as object | undefined),
    }),
  );
  const file = tenantsFile({ tenants, resources: resources.map((resource) => resourceEntry(resource)) });
  const server = await startWithTenants(emulator, file, settings);
  const asked = () => Object.fromEntries(resources.map(({ name, asked: users }) => [name, users]));
  return { emulator, server, asked };
}
const nothing = { "of-northwharf": [], "of-larkhill": [], "of-quayside": [] };

describe("with three tenants and three resources", () => {
  it("only a caller's own token, through a client of the caller's tenant, is exchanged, at the tenant's resource", async () => {
    const { emulator, server, asked } = await startThree();
    const everybody = tenantNames.flatMap((tenant) =>
      Object.values(clients).map((client) => ({ tenant, user: people[tenant], client })),
    );
    const expected: Record<string, string[]> = structuredClone(nothing);
    for (const caller of everybody) {
      const callerToken = await issue(server, "api", { user: caller.user, client: caller.client });
      for (const owner of everybody) {
        const teamsToken = await issue(server, "teams", { user: owner.user, client: owner.client });
        const { status } = await exchange(server, callerToken, teamsToken);
        const isOwn = caller.user === owner.user && caller.client === owner.client;
        const isGranted = isOwn && caller.client === clients[caller.tenant];
        expect({ caller, owner, status }).toEqual({ caller, owner, status: isGranted ? 200 : 403 });
        if (isGranted) expected[`of-${caller.tenant}`]?.push(emulator.user(caller.user).oid);
        expect(asked()).toEqual(expected);
      }
    }
  });

  it("an authentication context counts for the tenant that requires it", async () => {
    const { server, asked } = await startThree({ larkhill: { requiredAuthContexts: ["c1"] } });
    const dana = await issueBoth(server, { user: "dana", client: "desktop" });
    expect((await exchange(server, dana.callerToken, dana.teamsToken)).problem).toBe("claims-challenge-not-understood");
    expect(asked()).toEqual(nothing);
    const ada = await issueBoth(server);
    expect((await exchange(server, ada.callerToken, ada.teamsToken)).status).toBe(200);
  });

  it("the audit log names tenant and resource", async () => {
    const { server } = await startThree();
    const { callerToken, teamsToken } = await issueBoth(server, { user: "dana", client: "desktop" });
    logLines.splice(0);
    await exchange(server, callerToken, teamsToken);
    const decisions = logLines.map((line) => JSON.parse(line) as object).filter((line) => "decision" in line);
    expect(decisions).toEqual([
      expect.objectContaining({ decision: "granted", tenant: "larkhill", resource: "of-larkhill" }),
    ]);
  });
});

it("the metrics name tenant and resource, and the quota of each resource", async () => {
  const port = await freePort();
  const { server } = await startThree({}, { METRICS_PORT: String(port), METRICS_HOST: "127.0.0.1" });
  const { callerToken, teamsToken } = await issueBoth(server, { user: "dana", client: "desktop" });
  expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(text).toContain(
    'acs_exchange_duration_seconds_count{outcome="ok",tenant="larkhill",resource="of-larkhill"} 1',
  );
  expect(text).toContain('acs_quota_used{resource="of-larkhill"} 1');
  expect(text).toContain('acs_quota_used{resource="of-quayside"} 0');
});

describe("a token of", () => {
  const forms: [form: string, changes: object][] = [
    ["version 2", { version: 2 }],
    ["version 1", { version: 1 }],
  ];
  it.each(forms)(
    "%s of a tenant that is not listed gets an explanation, and nothing reaches ACS",
    async (_form, changes) => {
      const { server, asked } = await startThree({ quayside: "unlisted" });
      const { callerToken, teamsToken } = await issueBoth(server, { user: "gil", client: "multi" });
      const ofForm = await issue(server, "api", { user: "gil", client: "multi", ...changes });
      expect(ofForm).not.toBe(callerToken);
      expect(await exchange(server, ofForm, teamsToken)).toMatchObject({ status: 403, problem: "tenant-not-listed" });
      expect(asked()).toEqual(nothing);
    },
  );

  it.each(forms)("%s of a suspended tenant gets an explanation, and nothing reaches ACS", async (_form, changes) => {
    const { server, asked } = await startThree({ larkhill: { state: "suspended" } });
    const callerToken = await issue(server, "api", { user: "dana", client: "desktop", ...changes });
    const teamsToken = await issue(server, "teams", { user: "dana", client: "desktop" });
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({ status: 403, problem: "tenant-suspended" });
    expect(asked()).toEqual(nothing);
  });

  it.each(forms)("%s whose issuer is another listed tenant is refused", async (_form, changes) => {
    const { emulator, server, asked } = await startThree();
    const claims = { tid: emulator.tenant("larkhill").id };
    const callerToken = await issue(server, "api", { ...changes, claims });
    const teamsToken = await issue(server, "teams");
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 401,
      problem: "caller-token-invalid",
    });
    expect(asked()).toEqual(nothing);
  });

  it("a guest is one of the tenant that the guest signed in to, whoever's token the Teams token is", async () => {
    const { emulator, server, asked } = await startThree({ quayside: "unlisted" });
    const { id, name } = { id: emulator.tenant("quayside").id, name: "gil" };
    const iss = `${emulator.origin}/${id}/v2.0`;
    const guest = await issue(server, "api", { claims: { tid: id, iss } });
    const own = await issue(server, "teams");
    const ofHome = await issue(server, "teams", { user: name, client: "multi" });
    for (const teamsToken of [own, ofHome]) {
      expect(await exchange(server, guest, teamsToken)).toMatchObject({ status: 403, problem: "tenant-not-listed" });
    }
    expect(asked()).toEqual(nothing);
  });

  it("a listed tenant is refused if its key belongs to another tenant", async () => {
    const emulator = await emulatorOfThree();
    const keys = (await (await fetch(`${emulator.origin}/organizations/discovery/v2.0/keys`)).json()) as {
      keys: object[];
    };
    const issuer = `${emulator.origin}/${emulator.tenant("larkhill").id}/v2.0`;
    const resource = await startResource(emulator, "eu");
    const file = tenantsFile({
      tenants: [tenantEntry(emulator, "northwharf", { resources: ["eu"] })],
      resources: [resourceEntry(resource)],
    });
    const body = { json: { keys: keys.keys.map((key) => ({ ...key, issuer })) } };
    emulator.addFault({ operation: "keys", fault: { kind: "status", status: 200, body } });
    const server = await startWithTenants(emulator, file);
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 401,
      problem: "caller-token-invalid",
    });
    expect(resource.asked).toEqual([]);
  });
});

describe("with several tenants", () => {
  const configOf = async (url: string) => (await answerOf(await fetch(`${url}/api/config`))).body;

  it("the page signs in through organizations", async () => {
    const { emulator, server } = await startThree();
    expect(await configOf(server.url)).toMatchObject({
      tenantId: "organizations",
      clientId: emulator.registration("spa").appId,
      authority: expect.stringMatching(/\/organizations$/),
      authorityMetadata: expect.stringContaining("{tenantid}"),
    });
  });

  it("and with a single one in the file, through that one", async () => {
    const { emulator, server } = await startThree({ larkhill: "unlisted", quayside: "unlisted" });
    const { id } = emulator.tenant("northwharf");
    expect(await configOf(server.url)).toMatchObject({ tenantId: id, authority: expect.stringMatching(`/${id}$`) });
  });
});

describe("while calls to a user's resource fail", () => {
  async function startFailing(failover: boolean) {
    const emulator = await emulatorOfThree();
    const [eu, us] = [await startResource(emulator, "eu"), await startResource(emulator, "us")];
    const tenant = tenantEntry(emulator, "northwharf", { resources: ["eu", "us"], failover });
    // All three users belong to the first one.
    const entries = [resourceEntry(eu, { weight: 1_000 }), resourceEntry(us, { weight: 0.001 })];
    const server = await startWithTenants(emulator, tenantsFile({ tenants: [tenant], resources: entries }));
    const exchangeAll = () =>
      Promise.all(
        ["ada", "bruno", "erin"].map(async (user) => {
          const { callerToken, teamsToken } = await issueBoth(server, { user });
          return (await exchange(server, callerToken, teamsToken)).status;
        }),
      );
    return { eu, us, exchangeAll };
  }

  it("another one serves the user if the tenant allows it", async () => {
    const { eu, us, exchangeAll } = await startFailing(true);
    expect(await exchangeAll()).toEqual([200, 200, 200]);
    expect([eu.asked.length, us.asked.length]).toEqual([3, 0]);
    eu.isDown = true;
    // The circuit breaker opens once most calls of several users have failed.
    while ((await exchangeAll()).some((status) => status !== 200));
    expect(us.asked.length).toBeGreaterThanOrEqual(3);
  });

  it("none does otherwise", async () => {
    const { eu, us, exchangeAll } = await startFailing(false);
    eu.isDown = true;
    let calls = -1;
    // Until the circuit breaker is open, so that no call is made any more.
    while (calls !== eu.asked.length) {
      calls = eu.asked.length;
      expect((await exchangeAll()).includes(200)).toBe(false);
    }
    expect(us.asked).toEqual([]);
  });
});

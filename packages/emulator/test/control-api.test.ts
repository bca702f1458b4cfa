// Tests the control API over HTTP: it does the same as the in-process API and refuses other origins.
import { request as httpRequest } from "node:http";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

async function api(action: string, body: unknown = {}, headers = { "content-type": "application/json" }) {
  const response = await fetch(`${emulator.origin}/emulator/api/${action}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

it("issues tokens with any claims", async () => {
  const { body } = await api("issue-token", { resource: "api", user: "ada", claims: { aud: "other", exp: null } });
  const claims = decodeJwt(String(body["token"]));
  expect(claims.aud).toBe("other");
  expect(claims).not.toHaveProperty("exp");
});

it("adds and clears faults, and refuses an unknown kind", async () => {
  const keys = `${emulator.origin}/common/discovery/v2.0/keys`;
  await api("add-fault", { operation: "keys", fault: { kind: "status", status: 418 } });
  expect((await fetch(keys)).status).toBe(418);
  await api("clear-faults");
  expect((await fetch(keys)).status).toBe(200);
  expect((await api("add-fault", { operation: "keys", fault: { kind: "storm" } })).status).toBe(400);
});

it("creates a certificate for a registration, and lists the known ones for an unknown registration", async () => {
  const { body } = await api("add-certificate", { registration: "web" });
  expect(Object.keys(body).toSorted()).toEqual(["certificate", "privateKey", "thumbprintSha256"]);
  expect(emulator.registration("web").certificates).toEqual([body["certificate"]]);
  const refusal = await api("add-certificate", { registration: "nowhere" });
  expect(refusal).toMatchObject({ status: 400, body: { error: { message: expect.stringContaining("known: api") } } });
});

it("changes the directory and undoes invalid changes", async () => {
  const ada = emulator.user("ada");
  await api("put", { kind: "users", value: { oid: ada.oid, servicePlans: [] } });
  expect(emulator.user("ada").servicePlans).toEqual([]);
  const { status } = await api("remove", { kind: "tenants", value: { id: ada.tenantId } });
  expect(status).toBe(400);
  expect(emulator.tenant("northwharf").id).toBe(ada.tenantId);
});

it("exports a state that another emulator imports: keys, clock, directory, refresh tokens", async () => {
  await api("clock", { freeze: "2030-01-01T00:00:00Z" });
  await api("put", { kind: "users", value: { oid: emulator.user("ada").oid, displayName: "Ada Renamed" } });
  const { body } = await api("export");
  const other = await startEmulator();
  await other.importState(JSON.parse(JSON.stringify(body)));
  expect(other.user("ada").displayName).toBe("Ada Renamed");
  expect(new Date(other.clock.now()).toISOString()).toBe("2030-01-01T00:00:00.000Z");
  const kids = async ({ origin }: Emulator) =>
    ((await (await fetch(`${origin}/common/discovery/v2.0/keys`)).json()) as { keys: { kid: string }[] }).keys.map(
      ({ kid }) => kid,
    );
  expect(await kids(other)).toEqual(await kids(emulator));
  await expect(other.importState({ format: "other" })).rejects.toThrow("not an export of the emulator");
  const broken = { ...body, keys: { entra: { privateKeys: ["x"] }, acs: { privateKeys: [] } } };
  await expect(other.importState(broken)).rejects.toThrow();
  expect(await kids(other)).toEqual(await kids(emulator));
  await other.close();
});

it("refuses other hosts and anything except JSON", async () => {
  expect((await api("reset", {}, { "content-type": "text/plain" })).status).toBe(415);
  const rebound = await new Promise<number>((resolve, reject) => {
    const headers = { host: "evil.example", "content-type": "application/json" };
    httpRequest(`${emulator.origin}/emulator/api/reset`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on("error", reject)
      .end("{}");
  });
  expect(rebound).toBe(403);
});

// When the others are not there: the authority, ACS, or our right to call it.
import { describe, expect, it } from "vitest";
import { answerOf, exchange, freshEmulator, issue, issueBoth, startServer, until } from "./support/world.ts";

/** A port of this machine on which nothing listens. */
const nowhere = "http://127.0.0.1:9";
const unreachable = { operation: "discovery", fault: { kind: "reset", when: "beforeHeaders" } } as const;
const statusOf = async (url: string) => (await fetch(url)).status;

describe("without the authority", () => {
  it("the server is live but not ready, and answers 503, not 401", async () => {
    const server = await startServer({ ENTRA_AUTHORITY: nowhere });
    expect(await statusOf(`${server.url}/livez`)).toBe(200);
    expect(await statusOf(`${server.url}/readyz`)).toBe(503);
    const { callerToken, teamsToken } = await issueBoth(server);
    const answer = await exchange(server, callerToken, teamsToken);
    expect(answer).toMatchObject({ status: 503, problem: "signing-keys-unavailable" });
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await answerOf(await fetch(`${server.url}/api/config`))).toMatchObject({ status: 503 });
  });

  it("at start the server becomes ready as soon as the authority is back", async () => {
    const emulator = await freshEmulator();
    emulator.addFault(unreachable);
    const server = await startServer({}, {}, emulator);
    expect(await statusOf(`${server.url}/readyz`)).toBe(503);
    emulator.clearFaults();
    await until(async () => (await statusOf(`${server.url}/readyz`)) === 200);
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });

  it("the last known keys are still used", async () => {
    const server = await startServer();
    await until(async () => (await statusOf(`${server.url}/readyz`)) === 200);
    server.emulator.addFault(unreachable);
    await server.app.reloadSigningKeys();
    expect(server.emulator.requests.at(-1)).toMatchObject({ operation: "discovery", fault: "reset" });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });
});

describe("with a tenant that the authority does not know", () => {
  it("the server is not ready and answers 503", async () => {
    const server = await startServer({ ENTRA_TENANT_ID: "99999999-9999-4999-8999-999999999999" });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 503,
      problem: "signing-keys-unavailable",
    });
    expect(await statusOf(`${server.url}/readyz`)).toBe(503);
  });
});

describe("with another tenant than the caller's", () => {
  it("the caller gets 401", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server, { user: "dana" });
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 401,
      problem: "caller-token-invalid",
    });
  });
});

describe("without ACS", () => {
  it("the caller gets 502", async () => {
    const server = await startServer({ ACS_CONNECTION_STRING: `endpoint=${nowhere}/;accesskey=${"A".repeat(44)}` });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect(await exchange(server, callerToken, teamsToken)).toMatchObject({
      status: 502,
      problem: "upstream-unavailable",
    });
  });
});

describe("with a wrong access key", () => {
  it("the caller gets 500 server-misconfigured", async () => {
    const server = await startServer();
    const wrongKey = Buffer.from("not the key of this resource, but as long").toString("base64");
    const other = await startServer({
      ENTRA_AUTHORITY: server.emulator.origin,
      ACS_CONNECTION_STRING: `endpoint=${server.emulator.origin}/;accesskey=${wrongKey}`,
    });
    const callerToken = await issue(server, "api");
    expect(await exchange(other, callerToken, await issue(server, "teams"))).toMatchObject({
      status: 500,
      problem: "server-misconfigured",
    });
  });
});

describe("with rotated signing keys", () => {
  it("a token of the new key is accepted immediately, after one more fetch", async () => {
    const server = await startServer();
    const first = await issueBoth(server);
    expect((await exchange(server, first.callerToken, first.teamsToken)).status).toBe(200);
    const fetches = () => server.emulator.requests.filter(({ operation }) => operation === "keys").length;
    const before = fetches();
    await server.emulator.rotateKeys();
    const second = await issueBoth(server);
    expect((await exchange(server, second.callerToken, second.teamsToken)).status).toBe(200);
    expect(fetches() - before).toBe(1);
  });
});

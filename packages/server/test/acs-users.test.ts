// The endpoints of the original sample for ACS users, as its clients call them. The store is PostgreSQL if it is installed: it
// opens faster than the embedded database.
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DenyAnswer } from "@teams-token-exchange/rules/contract";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDenyList } from "../src/admin.ts";
import { consentToGraph, graphSettings, liveAcsUsers } from "./support/mappings.ts";
import { hasPostgres, startPostgres } from "./support/postgres.ts";
import { hasRedis, startRedis } from "./support/redis.ts";
import {
  answerOf,
  exchange,
  freshEmulator,
  issue,
  issueBoth,
  startServer,
  type TestServer,
  until,
} from "./support/world.ts";

/** A server whose mappings live in Graph. The emulator forgets them with each reset. */
async function startWithGraph(settings: Record<string, string> = {}): Promise<TestServer> {
  const emulator = await freshEmulator();
  await consentToGraph(emulator);
  return startServer({ ...graphSettings(emulator), ...settings }, {}, emulator);
}

async function send(server: TestServer, method: string, path: string, callerToken: string, headers = {}) {
  const authorization = `Bearer ${callerToken}`;
  return answerOf(await fetch(`${server.url}${path}`, { method, headers: { authorization, ...headers } }));
}

const acsUserForm = /^8:acs:[\w-]+$/;

describe("the calls of the original sample's client", () => {
  it("POST /api/user, GET /api/token and GET /api/token/teams succeed as they are", async () => {
    const server = await startWithGraph();
    const { callerToken, teamsToken } = await issueBoth(server);
    const user = await send(server, "POST", "/api/user", callerToken);
    expect(user).toMatchObject({ status: 201, body: { acsUserIdentity: expect.stringMatching(acsUserForm) } });
    const { acsUserIdentity } = user.body as { acsUserIdentity: string };

    const token = await send(server, "GET", "/api/token", callerToken);
    expect(token).toMatchObject({ status: 201, body: { user: { communicationUserId: acsUserIdentity } } });
    const { token: acsToken, expiresOn } = token.body as { token: string; expiresOn: string };
    expect(server.emulator.inspectAcsToken(acsToken).active).toBe(true);
    expect(Date.parse(expiresOn)).toBeGreaterThan(Date.now());

    const teams = await send(server, "GET", "/api/token/teams", callerToken, { "teams-user-aad-token": teamsToken });
    expect(teams).toMatchObject({ status: 201, body: { token: expect.any(String), expiresOn: expect.any(String) } });
  });
});

describe("/api/user", () => {
  it("is 404 at first, 201 when made, 200 after that, 204 when deleted, also twice", async () => {
    const server = await startWithGraph();
    const callerToken = await issue(server, "api");
    const step = async (method: string) => {
      const { status, body } = await send(server, method, "/api/user", callerToken);
      return { status, id: (body as { acsUserIdentity?: string }).acsUserIdentity };
    };
    expect(await step("GET")).toEqual({ status: 404, id: undefined });
    const { status, id } = await step("POST");
    expect(status).toBe(201);
    expect(await step("POST")).toEqual({ status: 200, id });
    expect(await step("GET")).toEqual({ status: 200, id });
    expect(await step("DELETE")).toEqual({ status: 204, id: undefined });
    expect(await step("DELETE")).toEqual({ status: 204, id: undefined });
    expect((await step("GET")).status).toBe(404);
    expect((await step("POST")).id).not.toBe(id);
  });

  it("is one for each user", async () => {
    const server = await startWithGraph();
    const ids = await Promise.all(
      ["ada", "bruno"].map(
        async (user) => (await send(server, "POST", "/api/user", await issue(server, "api", { user }))).body,
      ),
    );
    expect(ids[0]).not.toEqual(ids[1]);
  });

  it("uses a mapping of the original sample", async () => {
    const server = await startWithGraph();
    const callerToken = await issue(server, "api");
    const graphToken = await server.emulator.issueToken({ resource: "graph", user: "ada", scopes: ["User.ReadWrite"] });
    const extension = { extensionName: "com.contoso.identityMapping", acsUserIdentity: "8:acs:old_user" };
    const made = await fetch(`${server.emulator.origin}/v1.0/me/extensions`, {
      method: "POST",
      headers: { authorization: `Bearer ${graphToken}`, "content-type": "application/json" },
      body: JSON.stringify(extension),
    });
    expect(made.status).toBe(201);
    const { status, body } = await send(server, "POST", "/api/user", callerToken);
    expect({ status, body }).toEqual({ status: 200, body: { acsUserIdentity: "8:acs:old_user" } });
    expect((await send(server, "POST", "/api/token", callerToken)).problem).toBe("mapping-stale");
    expect((await send(server, "DELETE", "/api/user", callerToken)).status).toBe(204);
    expect((await send(server, "POST", "/api/token", callerToken)).status).toBe(200);
  });

  it("when deleted ends every token of the user", async () => {
    const server = await startWithGraph();
    const callerToken = await issue(server, "api");
    const { token } = (await send(server, "POST", "/api/token", callerToken)).body as { token: string };
    await send(server, "DELETE", "/api/user", callerToken);
    expect(server.emulator.inspectAcsToken(token)).toMatchObject({ active: false });
    expect(await liveAcsUsers(server.emulator)).toEqual([]);
  });

  it("creates users without a key if ACS does not accept one", async () => {
    const server = await startWithGraph();
    const body = { json: { error: { code: "UnsupportedApiVersion", message: "not here" } } };
    server.emulator.addFault({
      operation: "CommunicationIdentity_Create",
      fault: { kind: "status", status: 400, body },
      times: 1,
    });
    expect((await send(server, "POST", "/api/user", await issue(server, "api"))).status).toBe(201);
    expect(await liveAcsUsers(server.emulator)).toHaveLength(1);
  });
});

describe("/api/token", () => {
  it("is 404 for GET before there is a user, and POST makes one", async () => {
    const server = await startWithGraph();
    const callerToken = await issue(server, "api");
    expect(await send(server, "GET", "/api/token", callerToken)).toMatchObject({
      status: 404,
      problem: "mapping-not-found",
    });
    expect(await send(server, "POST", "/api/token", callerToken)).toMatchObject({ status: 200 });
    expect(await send(server, "GET", "/api/token", callerToken)).toMatchObject({ status: 201 });
  });

  it("GET is refused to navigations, deprecated, and never cached", async () => {
    const server = await startWithGraph();
    const callerToken = await issue(server, "api");
    // fetch writes this header itself.
    const navigation = { authorization: `Bearer ${callerToken}`, "sec-fetch-mode": "navigate" };
    const refused = await server.app.inject({ url: "/api/token", headers: navigation });
    expect(refused.json()).toMatchObject({ status: 403, type: "/problems#navigation-refused" });
    await send(server, "POST", "/api/user", callerToken);
    const { headers } = await send(server, "GET", "/api/token", callerToken);
    expect(headers.get("deprecation")).toMatch(/^@\d+$/);
    expect(headers.get("link")).toBe('</api/token>; rel="successor-version"');
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("etag")).toBeNull();
  });

  it("asks ACS once for simultaneous token requests of one user", async () => {
    const server = await startWithGraph();
    const callerToken = await issue(server, "api");
    await send(server, "POST", "/api/user", callerToken);
    server.emulator.addFault({
      operation: "CommunicationIdentity_IssueAccessToken",
      fault: { kind: "delay", milliseconds: 300 },
      times: 1,
    });
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(server, "POST", "/api/token", callerToken)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(server.emulator.requestCount("CommunicationIdentity_IssueAccessToken")).toBeLessThan(20);
  });

  it.each([
    ["429", { kind: "status", status: 429, headers: { "retry-after": "7" } }, 503, "upstream-busy"],
    ["a hang", { kind: "hang" }, 504, "upstream-timeout"],
    ["our key refused", { kind: "status", status: 401 }, 500, "server-misconfigured"],
  ] as const)("passes on what ACS says: %s", async (_what, fault, status, problem) => {
    const emulator = await freshEmulator();
    await consentToGraph(emulator);
    // It bounds Graph's part as well, which a busy machine makes slow.
    const server = await startServer(graphSettings(emulator), { exchangeDeadlineMs: 5_000 }, emulator);
    const callerToken = await issue(server, "api");
    expect((await send(server, "POST", "/api/user", callerToken)).status).toBe(201);
    emulator.addFault({ operation: "CommunicationIdentity_IssueAccessToken", fault });
    expect(await send(server, "POST", "/api/token", callerToken)).toMatchObject({ status, problem });
  });
});

describe("a denied caller", () => {
  it.each(["GET /api/user", "POST /api/user", "DELETE /api/user", "GET /api/token", "POST /api/token"])(
    "is refused at %s",
    async (route) => {
      const server = await startWithGraph({ ADMIN_APP_ROLE: "Administrator" });
      const { oid: objectId, tenantId } = server.emulator.user("ada");
      const admin = await issue(server, "api", { user: "erin", claims: { roles: ["Administrator"] } });
      await fetch(`${server.url}/api/admin/deny-list`, {
        method: "POST",
        headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
        body: JSON.stringify({ subject: { kind: "user", tenantId, objectId } }),
      });
      const [method = "", path = ""] = route.split(" ");
      expect(await send(server, method, path, await issue(server, "api"))).toMatchObject({
        status: 403,
        problem: "caller-denied",
      });
      expect(server.emulator.requestCount("CommunicationIdentity_Create")).toBe(0);
    },
  );
});

describe("the tokens of a denied caller's ACS user", () => {
  const revoke = "CommunicationIdentity_RevokeAccessTokens";
  const subjectOf = ({ emulator }: TestServer) => {
    const { oid: objectId, tenantId } = emulator.user("ada");
    return { kind: "user", tenantId, objectId } as const;
  };

  /** Denies ada over HTTP; what the answer says about existing tokens. */
  async function denyAda(server: TestServer) {
    const admin = await issue(server, "api", { user: "erin", claims: { roles: ["Administrator"] } });
    const response = await fetch(`${server.url}/api/admin/deny-list`, {
      method: "POST",
      headers: { authorization: `Bearer ${admin}`, "content-type": "application/json" },
      body: JSON.stringify({ subject: subjectOf(server) }),
    });
    return ((await response.json()) as DenyAnswer).existingTokens;
  }
  const issueAcsToken = async (server: TestServer) => {
    const { body } = await send(server, "POST", "/api/token", await issue(server, "api"));
    return body as { token: string; expiresOn: string };
  };

  it("are revoked, and those of others are not", async () => {
    const server = await startWithGraph({ ADMIN_APP_ROLE: "Administrator" });
    const [{ token }, { token: second }] = [await issueAcsToken(server), await issueAcsToken(server)];
    const others = await send(server, "POST", "/api/token", await issue(server, "api", { user: "bruno" }));
    expect(await denyAda(server)).toMatchObject({ revoked: 1, notRevoked: 0, underWay: 0 });
    for (const ended of [token, second]) expect(server.emulator.inspectAcsToken(ended).active).toBe(false);
    expect(server.emulator.inspectAcsToken((others.body as { token: string }).token).active).toBe(true);
  });

  it("are reported until ACS has revoked them", async () => {
    const server = await startWithGraph({ ADMIN_APP_ROLE: "Administrator" });
    const { token, expiresOn } = await issueAcsToken(server);
    server.emulator.addFault({ operation: revoke, fault: { kind: "status", status: 403 } });
    const answer = await denyAda(server);
    expect(answer).toMatchObject({ revoked: 0, notRevoked: 1 });
    expect(Date.parse(answer.mayLiveUntil)).toBeGreaterThanOrEqual(Date.parse(expiresOn));
    server.emulator.clearFaults();
    expect(await denyAda(server)).toMatchObject({ revoked: 1, notRevoked: 0 });
    expect(server.emulator.inspectAcsToken(token).active).toBe(false);
  });

  it("never leave the server if the caller is denied while ACS issues them", async () => {
    const server = await startWithGraph({ ADMIN_APP_ROLE: "Administrator" });
    const callerToken = await issue(server, "api");
    await send(server, "POST", "/api/user", callerToken);
    const operation = "CommunicationIdentity_IssueAccessToken";
    server.emulator.addFault({ operation, fault: { kind: "hold" } });
    const underWay = send(server, "POST", "/api/token", callerToken);
    await until(() => server.emulator.requestCount(operation) === 1);
    expect(await denyAda(server)).toMatchObject({ underWay: 1, known: false });
    server.emulator.clearFaults();
    expect(await underWay).toMatchObject({ status: 403, problem: "caller-denied" });
  });

  it.runIf(hasRedis)("are revoked by the servers when the command line denies them", async () => {
    const { url } = await startRedis();
    const server = await startWithGraph({ REDIS_URL: url });
    const { token } = await issueAcsToken(server);
    const list = await openDenyList({ REDIS_URL: url });
    onTestFinished(() => list.close());
    await list.add({ subject: subjectOf(server) });
    await until(() => !server.emulator.inspectAcsToken(token).active);
    expect((await list.add({ subject: subjectOf(server) })).existingTokens).toMatchObject({ notRevoked: 0 });
  });
});

describe("without a store", () => {
  it("if its folder cannot be made, these routes answer 503 and exchanges still work", async () => {
    const file = join(mkdtempSync(join(tmpdir(), "no-folder-")), "file");
    writeFileSync(file, "");
    const server = await startServer({ DATA_FOLDER: join(file, "data") });
    const { callerToken, teamsToken } = await issueBoth(server);
    const answer = await send(server, "POST", "/api/user", callerToken);
    expect(answer).toMatchObject({ status: 503, problem: "mapping-store-unavailable" });
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });

  it("opens none before one is needed", async () => {
    const folder = join(mkdtempSync(join(tmpdir(), "unused-")), "data");
    const server = await startServer({ DATA_FOLDER: folder });
    const { callerToken, teamsToken } = await issueBoth(server);
    await exchange(server, callerToken, teamsToken);
    expect(existsSync(folder)).toBe(false);
  });
});

describe.skipIf(!hasPostgres)("with PostgreSQL", () => {
  it("two simultaneous servers make one ACS user; while it is down or frozen, 503, exchanges still work, and it recovers", async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    const emulator = await freshEmulator();
    const settings = { DATABASE_URL: postgres.url, RATE_LIMIT_PER_CALLER: "0" };
    const servers = await Promise.all([startServer(settings, {}, emulator), startServer(settings, {}, emulator)]);
    const [server] = servers;
    const { callerToken, teamsToken } = await issueBoth(server);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, i) => send(servers[i % 2] ?? server, "POST", "/api/user", callerToken)),
    );
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await liveAcsUsers(emulator)).toHaveLength(1);

    const unavailable = { status: 503, problem: "mapping-store-unavailable" };
    postgres.freeze();
    expect(await send(server, "GET", "/api/user", callerToken)).toMatchObject(unavailable);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    postgres.thaw();
    expect((await send(server, "GET", "/api/user", callerToken)).status).toBe(200);
    await postgres.kill();
    expect(await send(server, "GET", "/api/user", callerToken)).toMatchObject(unavailable);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    await postgres.restart();
    expect((await send(server, "GET", "/api/user", callerToken)).status).toBe(200);
  });
});

// One audit event per decision: user, client, decision and reason, with Microsoft's correlation vector if ACS was asked.
import { request } from "node:http";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createApp } from "../src/create-app.ts";
import { readConfig } from "../src/settings/read-settings.ts";
import {
  answerOf,
  environmentFor,
  exchange,
  freshEmulator,
  issue,
  issueBoth,
  logLines,
  startServer,
  until,
} from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

beforeEach(() => void logLines.splice(0));

const linesWith = (msg: string) =>
  logLines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line["msg"] === msg);
const decisions = () => linesWith("decision");

describe("a decision", () => {
  it("to grant names the caller by ids, the client, the request and the MS-CV", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const { headers } = await exchange(server, callerToken, teamsToken);
    const { oid, tenantId } = server.emulator.user("ada");
    expect(decisions()).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        reqId: headers.get("x-request-id"),
        decision: "granted",
        objectId: oid,
        tenantId,
        clientId: server.emulator.registration("spa").appId,
        method: "POST",
        route: "/api/token/teams",
        status: 200,
        ms: expect.any(Number),
        msCv: expect.stringMatching(/^[\w+/.=-]+$/),
        teamsTokenForm: "matched",
        msg: "decision",
      },
    ]);
  });

  it("to refuse the Teams token names the user, the problem and the reason", async () => {
    const server = await startServer();
    await exchange(server, await issue(server, "api"), await issue(server, "teams", { user: "bruno" }));
    const { oid } = server.emulator.user("ada");
    expect(decisions()).toEqual([
      expect.objectContaining({
        decision: "refused",
        objectId: oid,
        status: 403,
        problem: "teams-token-other-user",
        reason: "other-user",
      }),
    ]);
  });

  it("of ACS to refuse carries its code, its status and the MS-CV", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server, { user: "chen" });
    await exchange(server, callerToken, teamsToken);
    expect(decisions()).toEqual([
      expect.objectContaining({
        decision: "refused",
        problem: "teams-token-rejected",
        acsCode: expect.stringMatching(/^\w+$/),
        acsStatus: expect.any(Number),
        msCv: expect.any(String),
      }),
    ]);
  });

  it("accepts a correlation vector only if it looks like one", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = { "ms-cv": "canary of an upstream" };
    server.emulator.addFault({ operation, fault: { kind: "status", status: 403, headers } });
    await exchange(server, callerToken, teamsToken);
    expect(decisions()).toEqual([expect.objectContaining({ decision: "refused", acsStatus: 403 })]);
    expect(logLines.join("")).not.toContain("canary");
  });

  it("to refuse the caller's token names nobody: what it claims is not a fact", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    await exchange(server, `${callerToken.slice(0, -9)}AAAAAAAAA`, teamsToken);
    await fetch(`${server.url}/api/token/teams`);
    expect(decisions()).toEqual([
      expect.objectContaining({
        decision: "refused",
        status: 401,
        problem: "caller-token-invalid",
        reason: expect.stringMatching(/^[\w-]+$/),
      }),
      expect.objectContaining({ decision: "refused", status: 401, problem: "caller-token-missing" }),
    ]);
    for (const event of decisions()) {
      expect(Object.keys(event)).not.toEqual(expect.arrayContaining(["objectId"]));
    }
  });

  it("is not made by a public route", async () => {
    const server = await startServer();
    for (const path of ["/livez", "/api/config", "/problems", "/nowhere"]) await fetch(`${server.url}${path}`);
    expect(decisions()).toEqual([]);
    expect(linesWith("request")).toHaveLength(4);
  });

  it("is logged even if the client hangs up before the answer", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    server.emulator.addFault({ operation, fault: { kind: "delay", milliseconds: 150 } });
    const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    const call = request(`${server.url}/api/token/teams`, { headers }).on("error", () => {});
    call.end();
    await until(() => server.emulator.requestCount(operation) > 0);
    call.destroy();
    await until(() => decisions().length > 0);
    expect(decisions()).toEqual([expect.objectContaining({ decision: "granted" })]);
    expect(linesWith("request")).toEqual([
      expect.objectContaining({ aborted: true, route: "/api/token/teams", method: "GET" }),
    ]);
  });
});

describe("a defect", () => {
  it("in a handler is a 500 problem; its text is neither in the answer nor in the log", async () => {
    const config = readConfig(environmentFor(await freshEmulator()));
    const app = await createApp(config, { logDestination: { write: (line) => void logLines.push(line) } });
    onTestFinished(() => app.close());
    app.get("/defect", async () => {
      throw Object.assign(new Error("canary-of-a-defect"), { code: "E_DEFECT", statusCode: 500 });
    });
    const url = await app.listen({ port: 0, host: "127.0.0.1" });
    const answer = await answerOf(await fetch(`${url}/defect`));
    expect(answer).toMatchObject({ status: 500, problem: "internal-error" });
    expect(JSON.stringify(answer.body)).not.toContain("canary");
    expect(linesWith("request failed")).toEqual([
      expect.objectContaining({ problem: "internal-error", err: expect.objectContaining({ message: "E_DEFECT" }) }),
    ]);
    expect(logLines.join("")).not.toContain("canary");
  });
});

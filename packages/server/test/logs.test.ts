// Nothing of any token in the log, however a request ends. Every HTTP test of this package writes its log into one buffer
// and remembers its tokens; support.ts looks through it at the end of each file. This file runs one request of each outcome and then looks.
import { describe, expect, it } from "vitest";
import { exchange, expectNoSecretInLog, issue, issueBoth, logLines, startServer, tokensSeen } from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

describe("the log", () => {
  it("tells of every request, by route and outcome", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    await exchange(server, callerToken, teamsToken);
    await exchange(server, callerToken, await issue(server, "teams", { user: "bruno" }));
    const requests = logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");
    expect(requests).toEqual([
      expect.objectContaining({ method: "POST", route: "/api/token/teams", status: 200, reqId: expect.any(String) }),
      expect.objectContaining({ status: 403, problem: "teams-token-other-user", reason: "other-user" }),
    ]);
  });

  it("is held to its list in every child of the server's logger too", async () => {
    const { app } = await startServer();
    app.log.child({ upn: "canary-of-a-child", reqId: "r-1" }).info({ upn: "canary-of-a-child" }, "from a child");
    const line = logLines.find((text) => text.includes("from a child"));
    expect(JSON.parse(line ?? "{}")).toEqual({
      level: 30,
      time: expect.any(Number),
      reqId: "r-1",
      msg: "from a child",
    });
  });

  it("holds no fragment of a token, a key or an address with a query", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    await exchange(server, callerToken, teamsToken);
    await exchange(server, `${callerToken}x`, teamsToken);
    await exchange(server, callerToken, `${teamsToken}.more`);
    await fetch(`${server.url}/api/token/teams?teamsUserToken=${teamsToken}`, {
      headers: { authorization: callerToken },
    });
    for (const fault of [
      { kind: "status", status: 500, body: { json: { error: { code: teamsToken, message: teamsToken } } } },
      { kind: "status", status: 403, body: { json: { error: { code: teamsToken, message: teamsToken } } } },
      { kind: "status", status: 200, body: teamsToken },
      { kind: "reset", when: "midBody" },
    ] as const) {
      server.emulator.clearFaults();
      server.emulator.addFault({ operation, fault });
      await exchange(server, callerToken, teamsToken);
    }
    const log = logLines.join("");
    expect(log).toContain('"msg":"request"');
    expect(tokensSeen.size).toBeGreaterThan(2);
    expectNoSecretInLog();
    expect(log).not.toContain(server.emulator.acsConnectionString.split("accesskey=")[1]);
    expect(log).not.toContain("?");
  });
});

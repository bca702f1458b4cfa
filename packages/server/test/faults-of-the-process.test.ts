// What the process itself must survive. The names begin with the ids of the fault catalogue (test/docs/requirements.ts).
import { Agent, request as httpRequest } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { addressOf, runCommand, runProgram, serve } from "./support/process.ts";
import {
  environmentFor,
  exchange,
  exchangeBytes,
  freshEmulator,
  issue,
  issueBoth,
  logLines,
  startServer,
  until,
} from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";

/** The environment of a program under load: the limits that are not meant here are off. */
const unlimited = { PORT: "0", RATE_LIMIT_PER_CALLER: "0", ACS_EXCHANGES_PER_30S: "0" };

interface Load {
  answered: number;
  /** Clients that have had their first answer: from then on their connection stays open. */
  connected: number;
  lost: string[];
  done: Promise<void>;
}

/** Clients that keep their connections, and send one request after the other until the server stops listening. */
function load(address: string, headers: Record<string, string>, clients: number): Load {
  const counted: Load = { answered: 0, connected: 0, lost: [], done: Promise.resolve() };
  const client = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let sent = 0; ; sent += 1) {
      const outcome = await new Promise<string>((resolve) => {
        const request = httpRequest(`${address}/api/token/teams`, { agent, headers }, (response) => {
          response
            .resume()
            .on("end", () => resolve(String(response.statusCode)))
            .on("error", ({ message }) => resolve(message));
        });
        request.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? "error")).end();
      });
      if (outcome === "ECONNREFUSED") return agent.destroy();
      if (sent === 0) counted.connected += 1;
      if (outcome === "201") counted.answered += 1;
      else counted.lost.push(outcome);
    }
  };
  counted.done = Promise.all(Array.from({ length: clients }, client)).then(() => {});
  return counted;
}

describe("SIGTERM", () => {
  it("under load loses no request, and the process ends with 0", async () => {
    // process-01
    const emulator = await freshEmulator();
    emulator.settings.acsQuotas[operation] = 1_000_000;
    const server = { emulator } as Parameters<typeof issueBoth>[0];
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    const runs = Number(process.env["SIGTERM_RUNS"] ?? 2);
    for (let i = 0; i < runs; i += 1) {
      const program = runProgram({ ...environmentFor(emulator), ...unlimited });
      const address = await addressOf(program);
      await until(async () => (await fetch(`${address}/readyz`)).ok);
      const running = load(address, headers, 50);
      await until(() => running.connected === 50 && running.answered > 200);
      program.child.kill("SIGTERM");
      await running.done;
      expect(await program.ended).toBe(0);
      expect(running.lost).toEqual([]);
    }
  });

  it("lets a slow exchange end", async () => {
    // process-02
    const emulator = await freshEmulator();
    const server = { emulator } as Parameters<typeof issueBoth>[0];
    const { callerToken, teamsToken } = await issueBoth(server);
    emulator.addFault({ operation, fault: { kind: "hold" } });
    const program = runProgram({ ...environmentFor(emulator), ...unlimited });
    const address = await addressOf(program);
    await until(async () => (await fetch(`${address}/readyz`)).ok);
    const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    const answer = fetch(`${address}/api/token/teams`, { headers });
    await until(() => emulator.requestCount(operation) > 0);
    program.child.kill("SIGTERM");
    await until(async () => (await fetch(`${address}/livez`).catch(() => undefined)) === undefined);
    emulator.clearFaults();
    expect((await answer).status).toBe(201);
    expect(await program.ended).toBe(0);
  });
});

describe("an instance that is killed", () => {
  it("loses what it had in hand; the next request finds the other one", async () => {
    // process-03
    const emulator = await freshEmulator();
    const server = { emulator } as Parameters<typeof issueBoth>[0];
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    const programs = [1, 2].map(() => runProgram({ ...environmentFor(emulator), ...unlimited }));
    const addresses = await Promise.all(programs.map(addressOf));
    for (const address of addresses) await until(async () => (await fetch(`${address}/readyz`)).ok);
    /** As a balancer does: the first that takes the connection. */
    const anyOf = async () => {
      for (const address of addresses) {
        const answer = await fetch(`${address}/api/token/teams`, { headers }).catch(() => undefined);
        if (answer) return answer.status;
      }
      return undefined;
    };
    expect(await anyOf()).toBe(201);
    programs[0]?.child.kill("SIGKILL");
    await programs[0]?.ended;
    for (let i = 0; i < 5; i += 1) expect(await anyOf()).toBe(201);
  });
});

describe("SIGHUP", () => {
  it("a withdrawn signing key is refused immediately after SIGHUP", async () => {
    // jwks-14
    const emulator = await freshEmulator();
    const server = { emulator } as Parameters<typeof issueBoth>[0];
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    // Without a terminal, as under a supervisor.
    const env = { ...environmentFor(emulator), ...unlimited };
    const program = runCommand(process.execPath, serve, { env, detached: true });
    const address = await addressOf(program);
    await until(async () => (await fetch(`${address}/readyz`)).ok);
    const statusNow = async () => (await fetch(`${address}/api/token/teams`, { headers })).status;
    expect(await statusNow()).toBe(201);
    await emulator.rotateKeys({ dropOld: true });
    program.child.kill("SIGHUP");
    await until(async () => (await statusNow()) === 401);
  });
});

describe("slow clients", () => {
  const http = { maxHeaderSize: 16_384, headersTimeout: 200, connectionsCheckingInterval: 50 };
  const fast = { requestLimits: { requestTimeout: 300, http } };

  it("are cut off before their headers are complete, and others are served meanwhile", async () => {
    // process-05
    const server = await startServer({}, fast);
    const slow = Array.from({ length: 200 }, () => exchangeBytes(server, "GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: "));
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1.1 408 /);
  });

  it("are cut off before their body is complete, with 408", async () => {
    // process-06
    const server = await startServer({}, fast);
    const callerToken = await issue(server, "api");
    const head = `POST /api/token/teams HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${callerToken}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
    expect(await exchangeBytes(server, head)).toMatch(/^HTTP\/1.1 408 [\s\S]*request-timeout/);
  });

  it("that send and never read cost no memory that grows, and are ended with the server", async () => {
    // process-07
    const server = await startServer();
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1")
      .on("error", () => {})
      .pause();
    onTestFinished(() => void socket.destroy());
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < 20_000; i += 1) socket.write("GET /problems HTTP/1.1\r\nHost: x\r\n\r\n");
    await until(async () => (await fetch(`${server.url}/livez`)).ok);
    // 20,000 answers are 300 MB; what is neither sent nor asked for is never made.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it("may not open more connections than the limit", async () => {
    // process-08
    const server = await startServer({}, { requestLimits: { maxConnections: 20 } });
    const sockets = Array.from({ length: 40 }, () => connect(Number(new URL(server.url).port), "127.0.0.1"));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    let closed = 0;
    for (const socket of sockets)
      socket
        .on("close", () => (closed += 1))
        .on("error", () => {})
        .resume();
    await until(() => closed >= 20);
    for (const socket of sockets) socket.destroy();
    await until(async () => (await fetch(`${server.url}/livez`).catch(() => undefined))?.ok === true);
  });
});

describe("the event loop", () => {
  it("blocked for two seconds: not ready, requests shed, then all is well again", async () => {
    // process-09
    const server = await startServer({}, { maxLagMs: 1000 });
    const { callerToken, teamsToken } = await issueBoth(server);
    await until(async () => (await fetch(`${server.url}/readyz`)).ok);
    const until2s = performance.now() + 2000;
    while (performance.now() < until2s) Math.hypot(1, 2);
    await until(async () => (await fetch(`${server.url}/readyz`)).status === 503);
    const shed = await exchange(server, callerToken, teamsToken);
    expect(shed).toMatchObject({ status: 503, problem: "overloaded" });
    const linesOfShed = () =>
      logLines.map((line) => JSON.parse(line)).filter(({ problem }) => problem === "overloaded");
    await until(() => linesOfShed().length > 0);
    expect(linesOfShed()).toMatchObject([{ level: 30, msg: "request", reason: "shed" }]);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    await until(async () => (await fetch(`${server.url}/readyz`)).ok);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });
});

describe("the machine", () => {
  it("out of file descriptors: no crash, and served again when there are some", async () => {
    // process-10
    const emulator = await freshEmulator();
    const env = { ...environmentFor(emulator), ...unlimited, PATH: process.env["PATH"] ?? "" };
    const program = runCommand("bash", ["-c", 'ulimit -n 96 && exec "$@"', "bash", process.execPath, ...serve], {
      env,
      cwd: new URL("..", import.meta.url),
    });
    const address = await addressOf(program);
    const sockets = Array.from({ length: 200 }, () =>
      connect(Number(new URL(address).port), "127.0.0.1").on("error", () => {}),
    );
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    await until(() => sockets.filter(({ connecting }) => !connecting).length > 96);
    expect(program.child.exitCode).toBeNull();
    for (const socket of sockets) socket.destroy();
    await until(async () => (await fetch(`${address}/livez`).catch(() => undefined))?.ok === true);
  });

  it.each([600, -600])("with its clock %i s off: defined refusals, no crash", async (seconds) => {
    // process-13
    const server = await startServer({}, { now: () => Date.now() + seconds * 1000 });
    const callerToken = await issue(server, "api", { claims: { nbf: Math.floor(Date.now() / 1000) } });
    const answer = await exchange(server, callerToken, await issue(server, "teams"));
    // Ten minutes ahead all is still valid; ten minutes behind the token seems to be from the future.
    expect(answer).toMatchObject(seconds > 0 ? { status: 200 } : { status: 401, problem: "caller-token-invalid" });
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
  });

  it("with a heap of 128 MB: serves on", async () => {
    // process-17
    const emulator = await freshEmulator();
    emulator.settings.acsQuotas[operation] = 1_000_000;
    const server = { emulator } as Parameters<typeof issueBoth>[0];
    const { callerToken, teamsToken } = await issueBoth(server);
    const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
    const program = runProgram({ ...environmentFor(emulator), ...unlimited }, ["--max-old-space-size=128"]);
    const address = await addressOf(program);
    await until(async () => (await fetch(`${address}/readyz`)).ok);
    const running = load(address, headers, 50);
    await until(() => running.answered > 1500);
    program.child.kill("SIGTERM");
    await running.done;
    expect(running.lost).toEqual([]);
  });
});

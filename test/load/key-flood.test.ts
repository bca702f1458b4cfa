// Ten thousand requests per second, each with an unknown key ID, against the built server in a separate process. The rule
// is in entra/signing-keys.ts: unknown IDs start at most one fetch per cool-down.
import { Worker } from "node:worker_threads";
import { Pool } from "undici";
import { expect, it, onTestFinished } from "vitest";
import { runCommand, serve } from "../../packages/server/test/support/process.ts";
import {
  environmentFor,
  freePort,
  freshEmulator,
  issueBoth,
  type TestServer,
  until,
} from "../../packages/server/test/support/world.ts";
import type { FloodReport, FloodTask } from "./flood-worker.ts";

const perSecond = Number(process.env["FLOOD_PER_SECOND"] ?? 10_000);
const seconds = 30;
const exchangesPerSecond = 20;
const connections = 50;

/** Limits are off, because they would hide the rule. There is no limit per address by default. */
async function startProgram(server: Pick<TestServer, "emulator">): Promise<number> {
  const port = await freePort();
  const settings = { PORT: String(port), RATE_LIMIT_PER_CALLER: "0", ACS_EXCHANGES_PER_30S: "0", LOG_LEVEL: "info" };
  const env = { ...environmentFor(server.emulator), ...settings };
  // The log is written as in production, but this test does not read it.
  const { child, printed } = runCommand(process.execPath, serve, { env, stdio: ["ignore", "ignore", "pipe"] });
  const isReady = async () => (await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined))?.ok ?? false;
  await until(async () => child.exitCode !== null || (await isReady()));
  expect(printed.err).toBe("");
  return port;
}

function flood(task: FloodTask): { sent: Promise<void>; report: Promise<FloodReport> } {
  const worker = new Worker(new URL("./flood-worker.ts", import.meta.url), { workerData: task });
  onTestFinished(async () => void (await worker.terminate()));
  const sent = Promise.withResolvers<void>();
  const report = Promise.withResolvers<FloodReport>();
  worker.on("message", (message: "sent" | FloodReport) => {
    if (message === "sent") sent.resolve();
    else report.resolve(message);
  });
  worker.on("error", (error) => report.reject(error));
  return { sent: sent.promise, report: report.promise };
}

/** Callers with valid tokens, until the test stops them. Each waits for its response before the next request. */
async function exchangeUntil(isOver: () => boolean, port: number, callers: Awaited<ReturnType<typeof issueCallers>>) {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 20, pipelining: 1 });
  onTestFinished(() => pool.close());
  const statuses: number[] = [];
  const tookMs: number[] = [];
  const ask = async (i: number) => {
    const { authorization = "", body = "" } = callers[i % callers.length] ?? {};
    const headers = { authorization, "content-type": "application/json" };
    const sentAt = performance.now();
    const answer = await pool.request({ path: "/api/token/teams", method: "POST", headers, body });
    await answer.body.dump();
    tookMs.push(performance.now() - sentAt);
    statuses.push(answer.statusCode);
  };
  const running: Promise<void>[] = [];
  for (const begin = performance.now(); !isOver(); await new Promise((resolve) => setTimeout(resolve, 5))) {
    const due = ((performance.now() - begin) / 1000) * exchangesPerSecond;
    while (running.length < due) running.push(ask(running.length));
  }
  await Promise.all(running);
  return { statuses, tookMs: tookMs.sort((a, b) => a - b) };
}

/** More than one pair of tokens, so that exchanges differ and each calls ACS. */
async function issueCallers(server: TestServer) {
  const callers = [];
  for (let i = 0; i < 100; i += 1) {
    const { callerToken, teamsToken } = await issueBoth(server, { user: i % 2 ? "ada" : "bruno" });
    callers.push({ authorization: `Bearer ${callerToken}`, body: JSON.stringify({ teamsUserToken: teamsToken }) });
  }
  return callers;
}

function inWords({ sent, sentInMs, answeredInMs, statuses }: FloodReport, tookMs: readonly number[]): string {
  const rate = (ms: number) => `${Math.round((sent / ms) * 1000)}/s`;
  const within = (share: number) => `${Math.round(tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0)} ms`;
  return [
    `${rate(sentInMs)} asked for ${Math.round(sentInMs / 1000)} s, ${rate(answeredInMs)} answered`,
    `answers: ${JSON.stringify(statuses)}`,
    `${tookMs.length} exchanges, half within ${within(0.5)}, 99% within ${within(0.99)}, all within ${within(1)}`,
  ].join("; ");
}

it("10,000 unknown key IDs per second for 30 s cause at most two fetches of the keys, and every valid caller is served", async () => {
  const emulator = await freshEmulator();
  emulator.settings.acsQuotas = {};
  const server = { emulator } as TestServer;
  const port = await startProgram(server);
  const callers = await issueCallers(server);
  emulator.clearRequests();

  const callerToken = callers[0]?.authorization.slice("Bearer ".length) ?? "";
  const { sent, report } = flood({ port, perSecond, seconds, connections, callerToken });
  let isOver = false;
  const valid = exchangeUntil(() => isOver, port, callers);
  await sent;
  const fetches = { keys: emulator.requestCount("keys"), discovery: emulator.requestCount("discovery") };
  const flooded = await report;
  isOver = true;
  const { statuses, tookMs } = await valid;

  process.stdout.write(`${inWords(flooded, tookMs)}; fetches: ${JSON.stringify(fetches)}\n`);
  expect(fetches.keys).toBeGreaterThan(0);
  expect(fetches.keys).toBeLessThanOrEqual(2);
  expect(new Set(statuses)).toEqual(new Set([200]));
  const { 401: refused = 0, 503: shed = 0 } = flooded.statuses;
  expect(refused + shed).toBe(perSecond * seconds);
  expect(refused).toBeGreaterThan(0);
  expect(flooded.withRetryAfter).toBe(shed);
  expect(flooded.closed).toBe(0);
});

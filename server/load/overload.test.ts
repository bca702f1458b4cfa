// Ten times what ACS takes: an upstream of 200 exchanges a second, 2,000 distinct callers a second.
import { once } from "node:events";
import { createServer } from "node:http";
import { Pool } from "undici";
import { expect, it, onTestFinished } from "vitest";
import { environmentFor, freshEmulator, issue, until } from "../test/support.ts";
import { addressOf, runProgram } from "../test/support-process.ts";
import { goodBody } from "../test/support-upstream.ts";

const takenPerSecond = 200;
const askedPerSecond = 2000;
const seconds = Number(process.env["OVERLOAD_SECONDS"] ?? 20);

/** An ACS that works off its queue at its own pace, and counts what it served. */
async function slowUpstream() {
  const counted = { served: 0 };
  const queue: (() => void)[] = [];
  const server = createServer((request, response) => {
    request.resume();
    queue.push(() => {
      counted.served += 1;
      response.writeHead(200, { "content-type": "application/json", "content-length": goodBody.length }).end(goodBody);
    });
  }).listen(0, "127.0.0.1");
  const pace = setInterval(() => {
    for (const answer of queue.splice(0, takenPerSecond / 100)) answer();
  }, 10);
  await once(server, "listening");
  onTestFinished(() => {
    clearInterval(pace);
    server.closeAllConnections();
    server.close();
  });
  return { counted, url: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
}

it("process-04 ten times what ACS takes: goodput stays, the rest is refused at once, and it recovers", async () => {
  const emulator = await freshEmulator();
  const server = { emulator } as Parameters<typeof issue>[0];
  const { url, counted } = await slowUpstream();
  const program = runProgram({
    ...environmentFor(emulator),
    ACS_CONNECTION_STRING: `endpoint=${url};accesskey=${"A".repeat(44)}`,
    ACS_EXCHANGES_PER_30S: "0",
    RATE_LIMIT_PER_CALLER: "0",
    LOG_LEVEL: "info",
    PORT: "0",
  });
  const address = await addressOf(program);
  await until(async () => (await fetch(`${address}/readyz`)).ok);
  const callers: Record<string, string>[] = [];
  for (let i = 0; i < askedPerSecond; i += 1) {
    const claims = { oid: `0b1ec700-0000-4000-8000-${String(i).padStart(12, "0")}` };
    callers.push({
      authorization: `Bearer ${await issue(server, "api", { claims })}`,
      "teams-user-aad-token": await issue(server, "teams", { claims }),
    });
  }

  const pool = new Pool(address, { connections: 500, pipelining: 1 });
  onTestFinished(() => pool.close());
  const refusalMs: number[] = [];
  const statuses = new Map<number, number>();
  let isHonest = true;
  const ask = async (i: number) => {
    const sentAt = performance.now();
    const headers = callers[i % callers.length] ?? {};
    const answer = await pool.request({ path: "/api/token/teams", method: "GET", headers });
    await answer.body.dump();
    statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
    if (answer.statusCode !== 503) return;
    refusalMs.push(performance.now() - sentAt);
    isHonest &&= answer.headers["retry-after"] !== undefined;
  };
  const running: Promise<void>[] = [];
  const begin = performance.now();
  const servedBefore = counted.served;
  for (let i = 0; performance.now() - begin < seconds * 1000; ) {
    for (; i < ((performance.now() - begin) / 1000) * askedPerSecond; i += 1) running.push(ask(i));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const goodput = (counted.served - servedBefore) / seconds;
  await Promise.all(running);

  expect([...statuses.keys()].toSorted()).toEqual([201, 503]);
  expect(isHonest).toBe(true);
  expect(goodput).toBeGreaterThanOrEqual(0.8 * takenPerSecond);
  refusalMs.sort((a, b) => a - b);
  expect(refusalMs[Math.floor(refusalMs.length / 2)]).toBeLessThan(50);
  const stoppedAt = performance.now();
  await until(async () => (await fetch(`${address}/api/token/teams`, { headers: callers[0] ?? {} })).status === 201);
  expect(performance.now() - stoppedAt).toBeLessThan(5000);
});

// Ten times the load that ACS accepts: ACS serves 200 exchanges per second, and 2,000 different callers come per second.
import type { Emulator } from "@teams-token-exchange/emulator";
import { Pool } from "undici";
import { expect, it, onTestFinished } from "vitest";
import { addressOf, runProgram } from "../../packages/server/test/support/process.ts";
import { environmentFor, freshEmulator, issue, until } from "../../packages/server/test/support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";
const takenPerSecond = 200;
const askedPerSecond = 2000;
const seconds = Number(process.env["OVERLOAD_SECONDS"] ?? 20);

/** This many Teams users in addition to those of the seed, by name. */
async function addUsers(emulator: Emulator, count: number): Promise<string[]> {
  const ada = emulator.user("ada");
  const users = Array.from({ length: count }, (_, i) => ({
    ...ada,
    ...{ name: `user-${i}`, upn: `user-${i}@northwharf.example` },
    oid: `ca11e500-0000-4000-8000-${String(i).padStart(12, "0")}`,
  }));
  const { state, ...exported } = await emulator.exportState();
  await emulator.importState({ ...exported, state: { ...state, users: [...emulator.users, ...users] } });
  return users.map(({ name }) => name);
}

it("at ten times the load that ACS accepts, throughput stays, the rest is refused immediately, and the server recovers", async () => {
  // process-04
  const emulator = await freshEmulator();
  const server = { emulator } as Parameters<typeof issue>[0];
  emulator.settings.acsQuotas = {};
  const callers: Record<string, string>[] = [];
  for (const user of await addUsers(emulator, askedPerSecond)) {
    callers.push({
      authorization: `Bearer ${await issue(server, "api", { user })}`,
      "teams-user-aad-token": await issue(server, "teams", { user }),
    });
  }
  emulator.addFault({ operation, fault: { kind: "pace", perSecond: takenPerSecond } });
  const program = runProgram({
    ...environmentFor(emulator),
    ACS_EXCHANGES_PER_30S: "0",
    RATE_LIMIT_PER_CALLER: "0",
    LOG_LEVEL: "info",
    PORT: "0",
  });
  const address = await addressOf(program);
  await until(async () => (await fetch(`${address}/readyz`)).ok);

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
  for (let i = 0; performance.now() - begin < seconds * 1000; ) {
    for (; i < ((performance.now() - begin) / 1000) * askedPerSecond; i += 1) running.push(ask(i));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const goodput = (statuses.get(201) ?? 0) / seconds;
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

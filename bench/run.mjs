// npm run bench: our server, the floor and the naive peer in one run, in alternating rounds, with medians of ratios. `--short` is a
// smoke test: everything once and small, without a claim about speed.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { readArguments } from "../scripts/arguments.mjs";
import { serverProgram } from "../scripts/setup.mjs";
import { benchArguments } from "./arguments.mjs";
import { asker, closedLoop, openLoop } from "./load.mjs";
import { isPinned, startProcess } from "./process.mjs";
import { printTable } from "./report.mjs";
import { accessKey, apiClientId, clientId, makeKeys, tenantId, tokensOf } from "./world.mjs";

const { short: isShort = false } = readArguments(benchArguments).values;
const size = isShort
  ? { rounds: 1, requests: 200, warmUp: 100, users: 50, manyUsers: 100, soak: 0, starts: 1, paced: 100 }
  : {
      rounds: 5,
      requests: 5000,
      warmUp: 5000,
      users: 1000,
      manyUsers: 100_000,
      soak: 1_000_000,
      starts: 5,
      paced: 2000,
    };
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const say = (text) => process.stderr.write(`${text}\n`);

const { privateKey, publicKey } = makeKeys();
const upstream = await startProcess(
  [here("upstream.mjs")],
  { BENCH_JWK: JSON.stringify(publicKey.export({ format: "jwk" })) },
  1,
);
const authority = upstream.address;

const programs = {
  ours: serverProgram.map((argument) => (argument.includes("/") ? here(`../${argument}`) : argument)),
  floor: [here("servers/floor.mjs")],
  sdk: [here("servers/floor.mjs"), "sdk"],
  peer: [here("servers/peer.mjs")],
};
const env = {
  PORT: "0",
  BENCH_UPSTREAM: authority,
  ENTRA_AUTHORITY: authority,
  ENTRA_TENANT_ID: tenantId,
  ENTRA_API_CLIENT_ID: apiClientId,
  ENTRA_CLIENT_IDS: clientId,
  ACS_CONNECTION_STRING: `endpoint=${authority}/;accesskey=${accessKey}`,
  ALLOW_INSECURE_LOOPBACK: "true",
  // The benchmark measures the exchange, not its limits. The request log is written as in production.
  ACS_EXCHANGES_PER_30S: "0",
  RATE_LIMIT_PER_CALLER: "0",
};
const start = (name) => startProcess(programs[name], env, 0);

/** Waits for the first exchange. Returns the time since the start of the process, in milliseconds. */
async function untilServing(server, user) {
  const pool = new Pool(server.address);
  for (;;) {
    const status = await closedLoop(server.address, [user], { count: 1, connections: 1 }).catch(() => undefined);
    if (status) break;
  }
  await pool.close();
  return performance.now() - server.startedAt;
}

say(`Making tokens for ${size.users} users …`);
const makeUsers = (count, changes) =>
  Array.from({ length: count }, (_, i) => tokensOf(i, authority, privateKey, changes));
const users = makeUsers(size.users);
const stranger = makeKeys();
const bad = {
  "bad signature": Array.from({ length: 50 }, (_, i) => tokensOf(i, authority, stranger.privateKey)),
  "wrong audience": makeUsers(50, { aud: "00000000-0000-4000-8000-000000000000" }),
  "malformed token": [{ callerToken: "not-a-token", teamsToken: users[0].teamsToken }],
};

const servers = {};
for (const name of Object.keys(programs)) {
  servers[name] = await start(name);
  await untilServing(servers[name], users[0]);
  await closedLoop(servers[name].address, users, { count: size.warmUp, connections: 50 });
}

/** CPU microseconds per request in alternating rounds, as a list for each server. */
async function interleaved(names, what, run) {
  const found = Object.fromEntries(names.map((name) => [name, { cpuMicros: [], requestsPerSecond: [] }]));
  for (let round = 1; round <= size.rounds; round += 1) {
    say(`${what}: round ${round} of ${size.rounds}`);
    for (const name of names) {
      const before = servers[name].cpuSeconds();
      const { requestsPerSecond } = await run(servers[name], name);
      found[name].cpuMicros.push(((servers[name].cpuSeconds() - before) * 1e6) / size.requests);
      found[name].requestsPerSecond.push(requestsPerSecond);
    }
  }
  return found;
}
const ratio = (found, a, b) => median(found[a].cpuMicros.map((value, i) => value / found[b].cpuMicros[i]));
const summary = (found) =>
  Object.fromEntries(
    Object.entries(found).map(([name, { cpuMicros, requestsPerSecond }]) => [
      name,
      { cpuMicros: median(cpuMicros), requestsPerSecond: median(requestsPerSecond) },
    ]),
  );

const results = { exchange: {}, refusals: {}, latency: {}, coldStart: {}, memory: {}, growth: {} };

const exchanges = await interleaved(["ours", "floor", "sdk", "peer"], "Exchanges", ({ address }) =>
  closedLoop(address, users, { count: size.requests, connections: 50 }),
);
results.exchange = {
  ...summary(exchanges),
  oursToFloor: ratio(exchanges, "ours", "floor"),
  sdkToFloor: ratio(exchanges, "sdk", "floor"),
  oursToSdk: ratio(exchanges, "ours", "sdk"),
  oursToPeer: ratio(exchanges, "ours", "peer"),
};
results.memory.peakMbAt50Connections = Object.fromEntries(
  Object.entries(servers).map(([name, s]) => [name, s.peakMb()]),
);

for (const [kind, tokens] of Object.entries(bad)) {
  const found = await interleaved(["ours", "floor"], `Refusals, ${kind}`, ({ address }) =>
    closedLoop(address, tokens, { count: size.requests, connections: 50, expected: 401 }),
  );
  results.refusals[kind] = {
    ...summary(found),
    oursToFloor: ratio(found, "ours", "floor"),
    oursToOwnExchange: median(found.ours.cpuMicros) / median(exchanges.ours.cpuMicros),
  };
}

say("Latency at 200 requests per second …");
const direct = new Pool(authority, { connections: 50, pipelining: 1 });
const askDirect = async () => (await direct.request({ method: "POST", path: "/", body: "{}" })).body.dump();
const askOurs = asker(servers.ours.address, users);
const paced = { count: size.paced, perSecond: 200 };
const added = { p50: [], p99: [] };
for (let round = 0; round < size.rounds; round += 1) {
  const base = await openLoop(askDirect, paced);
  const ours = await openLoop(askOurs, paced);
  added.p50.push(ours.p50 - base.p50);
  added.p99.push(ours.p99 - base.p99);
}
await direct.close();
await askOurs.close();
results.latency = { addedP50Ms: median(added.p50), addedP99Ms: median(added.p99) };

/** CPU per request of our server under a changed condition. */
async function cpuOfOurs(who, connections) {
  const runs = [];
  for (let round = 0; round < Math.min(size.rounds, 3); round += 1) {
    const before = servers.ours.cpuSeconds();
    await closedLoop(servers.ours.address, who, { count: size.requests, connections });
    runs.push(((servers.ours.cpuSeconds() - before) * 1e6) / size.requests);
  }
  return median(runs);
}
results.growth.connections = {};
for (const connections of isShort ? [1, 10] : [1, 10, 50, 100, 500]) {
  say(`Connections: ${connections}`);
  results.growth.connections[connections] = await cpuOfOurs(users, connections);
}
say(`Making tokens for ${size.manyUsers} users …`);
const manyUsers = makeUsers(size.manyUsers);
results.growth.users = {};
for (const count of isShort ? [1, 10, 100] : [1, 10, 100, 1000, 10_000, 100_000]) {
  say(`Users: ${count}`);
  // Each user of the largest group comes once, so a cache with one entry per user would show.
  if (count === size.manyUsers) await closedLoop(servers.ours.address, manyUsers, { count, connections: 50 });
  // At most ten in flight, so that ten users do not share exchanges, which would make theirs cheaper.
  results.growth.users[count] = await cpuOfOurs(manyUsers.slice(0, count), 10);
}

if (size.soak > 0) {
  const samples = [];
  for (let done = 0; done <= size.soak; done += size.soak / 10) {
    if (done > 0) await closedLoop(servers.ours.address, users, { count: size.soak / 10, connections: 50 });
    samples.push(servers.ours.residentMb());
    say(`Soak: ${done} requests, ${samples.at(-1).toFixed(0)} MB resident`);
  }
  // The first fifth is warm-up.
  results.memory.soakMb = samples;
  results.memory.growthMbPer100kAfterWarmUp = (samples.at(-1) - samples[2]) / 8;
}
for (const server of Object.values(servers)) await server.stop();

for (const name of ["ours", "peer"]) results.coldStart[name] = [];
for (let i = 0; i < size.starts; i += 1) {
  for (const name of ["ours", "peer"]) {
    say(`Cold start: ${name}`);
    const server = await start(name);
    results.coldStart[name].push(await untilServing(server, users[0]));
    await server.stop();
  }
}
results.coldStart = {
  oursMs: median(results.coldStart.ours),
  peerMs: median(results.coldStart.peer),
  oursToPeer: median(results.coldStart.ours.map((value, i) => value / results.coldStart.peer[i])),
};
await upstream.stop();

const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: here(".") })
  .toString()
  .trim();
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  pinned: isPinned,
};
const report = { commit, node: process.version, machine, size, ...results };
printTable(report);
if (!isShort) writeFileSync(here("results.json"), `${JSON.stringify(report, null, 2)}\n`);

// npm run trace-exchange: lists our files in which code runs while the server handles one successful exchange. Someone who
// wants to understand an exchange has to read these files, so there is a limit.
import { fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { readArguments } from "./arguments.mjs";
import { ensureBuilt, ensureInstalled } from "./setup.mjs";
import { node, root } from "./tools.mjs";

const limit = { files: 20, lines: 1_500 };

/** Longer than the interval of a timer that always runs, in a file that no exchange needs. */
const idleMs = 1_000;

/** What belongs to the server's side of an exchange. The emulator runs in the same process and does not count. */
const ours = /^packages\/(?:server|rules)\/dist\//;

/** One source file for each compiled file: `tsc` does not bundle. */
function sourceOf(url) {
  const path = relative(root, fileURLToPath(url)).replaceAll("\\", "/");
  if (!ours.test(path)) return undefined;
  const source = path.replace("/dist/", "/src/").replace(/\.js$/, ".ts");
  if (!existsSync(root + source)) throw new Error(`${path} has no source file ${source}`);
  return source;
}

const importPackage = (name) => import(`@teams-token-exchange/${name}`);

async function startServer(emulator) {
  const { createApp, readConfig } = await importPackage("server");
  const app = await createApp(
    readConfig({
      ENTRA_AUTHORITY: emulator.origin,
      ENTRA_TENANT_ID: emulator.registration("api").tenantId,
      ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
      ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
      ACS_CONNECTION_STRING: emulator.acsConnectionString,
      ALLOW_INSECURE_LOOPBACK: "true",
    }),
  );
  return { app, address: await app.listen({ port: 0, host: "127.0.0.1" }) };
}

/** The source files in which a function ran in each of several exchanges, so that a timer in the background counts for none. */
async function traceExchanges() {
  const { startEmulator } = await importPackage("emulator");
  const emulator = await startEmulator();
  const { app, address } = await startServer(emulator);

  /** Every exchange has new tokens: what the server remembers about a token must not hide the code that checks it. */
  async function prepareExchange() {
    const callerToken = await emulator.issueToken({ resource: "api", user: "ada", client: "spa" });
    const teamsToken = await emulator.issueToken({ resource: "teams", user: "ada", client: "spa" });
    const send = () =>
      fetch(`${address}/api/token/teams`, {
        method: "POST",
        headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
        body: JSON.stringify({ teamsUserToken: teamsToken }),
      });
    return async () => {
      const response = await send();
      const text = await response.text();
      if (response.status !== 200) throw new Error(`the exchange returned ${response.status}: ${text}`);
    };
  }

  // A machine that is busy at the start makes the server refuse requests for a moment.
  while (!(await fetch(`${address}/readyz`)).ok) await pause(50);
  for (let warmUps = 0; warmUps < 3; warmUps += 1) await (await prepareExchange())();
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  /** The functions that have run since the last call, with their files. Reading the counts also sets them back to zero. */
  async function takeFunctions() {
    const { result } = await session.post("Profiler.takePreciseCoverage");
    return result.flatMap(({ url, functions }) => {
      const source = url.startsWith("file:") ? sourceOf(url) : undefined;
      const ran = source === undefined ? [] : functions.filter(({ ranges }) => ranges[0].count > 0);
      return ran.map(({ ranges }) => ({ source, id: `${source} ${ranges[0].startOffset}` }));
    });
  }

  // On a busy machine, an exchange takes longer than the interval of a timer, which then runs in every one of them.
  await takeFunctions();
  await pause(idleMs);
  const inBackground = new Set((await takeFunctions()).map(({ id }) => id));
  let files;
  for (let exchanges = 0; exchanges < 25; exchanges += 1) {
    const exchange = await prepareExchange();
    await takeFunctions();
    await exchange();
    const ran = (await takeFunctions()).filter(({ id }) => !inBackground.has(id)).map(({ source }) => source);
    files = files === undefined ? new Set(ran) : files.intersection(new Set(ran));
  }
  await app.close();
  await emulator.close();
  return [...files].sort();
}

const countLines = (file) => readFileSync(root + file, "utf8").split("\n").length - 1;

/** Runs {@link traceExchanges} in its own process, because the server logs to the standard output as in production. */
async function traceInChild() {
  const child = fork(fileURLToPath(import.meta.url), {
    execPath: node,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, TRACE_EXCHANGE_CHILD: "yes" },
  });
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("close", (code) => reject(new Error(`the traced process stopped with exit code ${code}`)));
  });
}

async function main() {
  readArguments({
    command: "npm run trace-exchange",
    does: "Lists our files in which code runs while the server handles one successful exchange.",
  });
  await ensureInstalled();
  await ensureBuilt(["packages"]);
  const files = await traceInChild();
  let lines = 0;
  for (const file of files) {
    lines += countLines(file);
    console.log(`${String(countLines(file)).padStart(6)}  ${file}`);
  }
  const max = `at most ${limit.files} files and ${limit.lines.toLocaleString("en")} lines`;
  console.log(`\n${files.length} files, ${lines.toLocaleString("en")} lines (${max}).`);
  process.exit(files.length > limit.files || lines > limit.lines ? 1 : 0);
}

if (process.env.TRACE_EXCHANGE_CHILD) {
  // The one who reads the result is gone.
  process.once("disconnect", () => process.exit());
  process.send(await traceExchanges());
  process.disconnect();
} else {
  await main();
}

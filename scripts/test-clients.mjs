// npm run test:clients: runs the cases in test/clients/cases.json with Microsoft's SDKs for other languages, and tests the
// server against its OpenAPI document. It installs the SDKs into node_modules/.cache/clients.
// With --short, as part of npm test, it downloads only the packages for Python.
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments, refuseArguments, suggestion } from "./arguments.mjs";
import { run } from "./processes.mjs";
import { ensureBuilt, ensureInstalled, say } from "./setup.mjs";
import { node, root, toolEnv } from "./tools.mjs";

const { values, positionals: chosen } = readArguments({
  command: "npm run test:clients",
  does: "Runs the cases in test/clients/cases.json with Microsoft's SDKs for other languages, and tests the OpenAPI document.",
  options: { short: { type: "boolean", does: "download only the packages for Python" } },
  positionals: { "[parts...]": "only these: a language, such as Java, or OpenAPI" },
});
const isShort = values.short ?? false;
const parts = ["Python", "Java", "Go", "OpenAPI"];
const unknown = chosen.find((part) => !parts.includes(part));
if (unknown !== undefined) refuseArguments(`unknown part '${unknown}'.${suggestion(unknown, parts)}`);
await ensureInstalled();
await ensureBuilt(["packages"]);
// The emulator needs the pinned Node, and this script may run on another.
if (process.execPath !== realpathSync(node))
  process.exit(await run("node", ["scripts/test-clients.mjs", ...process.argv.slice(2)]));
const { startEmulator } = await import("../packages/emulator/dist/start-emulator.js");
const { Browser } = await import("../packages/emulator/test/browserless-sign-in.ts");
const { languages, pythonPackages, runProgram, withBrowser } = await import("../test/clients/languages.mjs");
const { testContract } = await import("../test/clients/contract/test-contract.mjs");

const allCases = JSON.parse(readFileSync(join(root, "test", "clients", "cases.json"), "utf8"));

/** For a language, a map from the name of each case to why it is missing, or undefined. */
const casesOf = (language) => new Map(Object.entries(allCases).map(([name, reasons]) => [name, reasons[language]]));

/** Starts the emulator on the port that the language's SDK needs, or on a free one. */
async function startFor(language, stateFolder) {
  try {
    return await startEmulator({ tlsPort: language.tlsPort ?? 0, stateFolder });
  } catch (error) {
    if (!["EADDRINUSE", "EACCES"].includes(error.code)) throw error;
    say(`  Port ${language.tlsPort} cannot be used, so the cases that need it are skipped.`);
    return startEmulator({ tlsPort: 0, stateFolder });
  }
}

/** What every SDK needs to reach the emulator. */
function environmentFor(emulator, { managedIdentity = (origin) => ({ AZURE_POD_IDENTITY_AUTHORITY_HOST: origin }) }) {
  const { caFile, httpsOrigin, origin } = emulator;
  const env = toolEnv();
  return {
    ...env,
    EMULATOR: httpsOrigin,
    ...managedIdentity(origin),
    SSL_CERT_FILE: caFile,
    REQUESTS_CA_BUNDLE: caFile,
    NODE_EXTRA_CA_CERTS: caFile,
    PATH: withBrowser(env.PATH),
    BROWSER: "xdg-open %s &",
  };
}

/** Runs the quick start of the emulator's README, and signs in when it shows a device code. */
async function runQuickStart(command, emulator, env) {
  const lines = [];
  let signIn = Promise.resolve();
  const { code, errors } = await runProgram(command, { env }, (line) => {
    lines.push(line);
    const [, deviceCode] = /enter the code (\w+)/.exec(line) ?? [];
    const page = `${emulator.origin}/common/oauth2/deviceauth`;
    if (deviceCode) signIn = new Browser().enterDeviceCode(page, deviceCode, { upn: "ada@northwharf.example" });
  });
  await signIn;
  if (code !== 0) throw new Error(errors);
  if (!lines.at(-1)?.startsWith("ey")) throw new Error(`the last line is not a token: ${lines.at(-1)}`);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
function report(language, verdict, name, milliseconds, reason) {
  counts[verdict] += 1;
  const time = milliseconds === undefined ? "" : ` (${(milliseconds / 1000).toFixed(1)} s)`;
  say(`  ${language.name}: ${verdict}: ${name}${time}${reason ? `: ${reason}` : ""}`);
}

async function timed(language, name, work) {
  const begin = performance.now();
  const [verdict, reason] = await work().then(
    () => ["passed"],
    (error) => ["failed", error.message],
  );
  report(language, verdict, name, performance.now() - begin, reason);
}

const QUICK_START = "quick start";

async function runLanguage(language, cases) {
  const stateFolder = mkdtempSync(join(tmpdir(), "clients-"));
  const emulator = await startFor(language, stateFolder);
  // MSAL waits this long before it asks whether the user has entered the device code.
  emulator.settings.deviceCodeInterval = 1;
  try {
    const env = environmentFor(emulator, language);
    const run = { stateFolder, caFile: emulator.caFile };
    await language.build(run);
    await timed(language, QUICK_START, () => runQuickStart(language.quickStart(run), emulator, env));
    const waiting = new Set([...cases].filter(([, reason]) => reason === undefined).map(([name]) => name));
    waiting.delete(QUICK_START);
    const { code, errors } = await runProgram(language.suite(run), { env }, (line) => {
      const [verdict, name, milliseconds, reason] = line.split("\t");
      // SDKs print lines of their own.
      if (!(verdict in counts)) return;
      if (waiting.delete(name)) report(language, verdict, name, Number(milliseconds), reason);
      else report(language, "failed", name, 0, "test/clients/cases.json does not list this case for this language");
    });
    const why = `no result; the suite ended with code ${code}. ${errors.slice(-2_000)}`;
    for (const name of waiting) report(language, "failed", name, undefined, why);
    for (const [name, reason] of cases) if (reason) report(language, "skipped", name, undefined, reason);
  } finally {
    await emulator.close();
    rmSync(stateFolder, { recursive: true, force: true });
  }
}

/** Installs the packages if that is allowed. @returns why they cannot be used, or undefined */
async function prepare({ name, packages }) {
  if (!packages.hasToolchain()) return "this machine has no toolchain for it";
  if (packages.isInstalled()) return undefined;
  if (isShort && packages !== pythonPackages) return "npm run test:clients installs its packages";
  say(`Installing the packages for ${name} …`);
  try {
    await packages.install();
    return undefined;
  } catch (error) {
    // In CI, a test that cannot run must not look like one that passes.
    if (process.env.CI) throw error;
    return `the packages cannot be installed: ${error.message}`;
  }
}

const openApi = { name: "OpenAPI", packages: pythonPackages };
const ready = new Set();
for (const part of [...languages, openApi]) {
  if (chosen.length > 0 && !chosen.includes(part.name)) continue;
  const reason = await prepare(part);
  if (reason) say(`${part.name}: skipped, because ${reason}.`);
  else ready.add(part);
}

async function runPart(part, work) {
  if (!ready.has(part)) return;
  const begin = performance.now();
  await work();
  say(`${part.name}: ${Math.round((performance.now() - begin) / 1000)} s.`);
}

async function runLanguages() {
  // One after the other, because they need the same port.
  for (const language of languages) await runPart(language, () => runLanguage(language, casesOf(language.name)));
}
const testOpenApi = () => testContract(isShort, (name, work) => timed(openApi, name, work));
await Promise.all([runLanguages(), runPart(openApi, testOpenApi)]);
say(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exit(counts.failed === 0 ? 0 : 1);

// The production layout as an operator runs it: only production packages, a user without rights, and a read-only folder. The
// test copies the packages from this installation, as `npm ci --omit=dev` would install them, because it has no network.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Emulator, startEmulator } from "../../packages/emulator/src/start-emulator.ts";
import { nameAt, optionalPackages, productionClosure } from "../../scripts/production-closure.mjs";
import { writeLayout } from "../../scripts/production-layout.mjs";
import { productionPackagesDocument } from "../../scripts/production-packages.mjs";
import { readText } from "../../scripts/tools.mjs";
import { root } from "./markdown.ts";

/** Licences that require only their text next to the code. */
const freeLicences = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"];
/** The user ID of "nobody". */
const nobody = 65_534;

const folder = mkdtempSync(join(tmpdir(), "production-"));
const node = join(folder, "node");
let emulator: Emulator;

/** Changes the rights of all files, for example so that everyone can read and no one can write. */
const setRights = (rights: string) => execFileSync("chmod", ["-R", rights, folder]);

beforeAll(async () => {
  emulator = await startEmulator();
  for (const [place, { from }] of writeLayout(folder)) {
    cpSync(join(root, from), join(folder, place), {
      recursive: true,
      // Nested packages are listed separately. Types and source maps are half of the files and never loaded.
      filter: (path) => basename(path) !== "node_modules" && !/\.(d\.[cm]?ts|map)$/.test(path),
    });
  }
  // Another user may not have access to the folder of this repository's Node.
  copyFileSync(process.execPath, node);
  setRights("a+rX,a-w");
});

afterAll(async () => {
  await emulator?.close();
  setRights("u+w");
  rmSync(folder, { recursive: true, force: true });
});

function run(env: Record<string, string>, args = ["packages/cli/dist/main.js", "serve"]) {
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const child: ChildProcess = spawn(node, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"], ...user });
  onTestFinished(() => void child.kill("SIGKILL"));
  const printed = { out: "", err: "" };
  const listening = new Promise<string>((resolve) => {
    child.stdout?.on("data", (chunk) => {
      printed.out += chunk;
      const [address] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed.out) ?? [];
      if (address) resolve(address);
    });
  });
  child.stderr?.on("data", (chunk) => (printed.err += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const address = Promise.race([
    listening,
    ended.then(() => {
      throw new Error(`The process ended: ${printed.err}`);
    }),
  ]);
  // Not every test waits for the address.
  address.catch(() => {});
  return { child, printed, ended, address };
}

const settings = () => ({
  PORT: "0",
  ENTRA_AUTHORITY: emulator.origin,
  ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
  ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
  ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
  ACS_CONNECTION_STRING: emulator.acsConnectionString,
  ALLOW_INSECURE_LOOPBACK: "true",
});

describe("the list of production packages", () => {
  it("matches the lockfile and is short", () => {
    expect(readText(join(root, "docs/production-packages.md"))).toBe(productionPackagesDocument());
    expect(productionClosure().size).toBeLessThanOrEqual(80);
  });

  it("has no licence that requires more than its own text", () => {
    const all = productionClosure(Object.keys(optionalPackages()));
    const others = [...all].filter(([, { license }]) => !freeLicences.includes(license ?? ""));
    expect(others.map(([place, { license }]) => `${nameAt(place)}: ${license}`)).toEqual([]);
  });

  it("is what npm would install, because package.json and lockfile agree", () => {
    const apart = mkdtempSync(join(tmpdir(), "layout-"));
    onTestFinished(() => rmSync(apart, { recursive: true, force: true }));
    for (const file of ["package.json", "package-lock.json"]) copyFileSync(join(folder, file), join(apart, file));
    const options = ["--omit=dev", "--dry-run", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"];
    const said = execFileSync("npm", ["ci", ...options, "--cache", join(apart, "cache")], {
      cwd: apart,
      encoding: "utf8",
    });
    expect(said).toContain(`added ${productionClosure().size} packages`);
  });
});

describe("the production layout", () => {
  it("starts as a user without rights in a read-only folder, and exchanges", async () => {
    const { child, address, ended } = run(settings());
    const origin = await address;
    const issue = (resource: "api" | "teams") => emulator.issueToken({ resource, user: "ada", client: "spa" });
    const answer = await fetch(`${origin}/api/token/teams`, {
      method: "POST",
      headers: { authorization: `Bearer ${await issue("api")}`, "content-type": "application/json" },
      body: JSON.stringify({ teamsUserToken: await issue("teams") }),
    });
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { token: expect.any(String), expiresOn: expect.any(String) },
    ]);

    const page = await fetch(origin, { headers: { "accept-encoding": "br" } });
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
  });

  it("is really read-only for this user", async () => {
    const attempt = "require('fs').writeFileSync('packages/cli/dist/main.js', '')";
    const { printed, ended } = run({}, ["-e", attempt]);
    expect(await ended).toBe(1);
    expect(printed.err).toMatch(/EACCES|EROFS|EPERM/);
  });

  it("starts without the packages for telemetry, although a platform names a receiver, and warns", async () => {
    const { printed, address } = run({ ...settings(), OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" });
    expect((await fetch(`${await address}/livez`)).status).toBe(200);
    expect(printed.out).toContain(
      "OTEL_EXPORTER_OTLP_ENDPOINT needs packages that are not installed, so nothing is sent",
    );
  });

  it.each([
    ["ACS_ENDPOINT", { ACS_CONNECTION_STRING: "", ACS_ENDPOINT: "https://localhost:1" }, "@azure/identity"],
    ["METRICS_PORT", { METRICS_PORT: "1" }, "@opentelemetry/exporter-prometheus"],
  ])("says what to install if %s needs an optional package", async (setting, changes, name) => {
    const { printed, ended } = run({ ...settings(), ...changes });
    expect(await ended).toBe(1);
    expect(printed.err).toContain(`${setting} needs packages that are not installed: npm install`);
    expect(printed.err).toContain(name);
    expect(printed.err).not.toContain("    at ");
  });
});

// How the commands reach Entra ID, Graph and ACS, as processes from their build: through a proxy, and with the http addresses of
// an emulator.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Emulator } from "@teams-token-exchange/emulator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { addressOf, runCommand } from "../../server/test/support/process.ts";
import {
  certificates,
  hosts,
  settingsBehind,
  startEmulatorBehind,
  startProxy,
} from "../../server/test/support/proxy.ts";
import { environmentFor, freshEmulator, until } from "../../server/test/support/world.ts";
import { temporaryFolder } from "./support.ts";
import { program, runProgram } from "./support-command.ts";

let emulator: Emulator;
let address: string;
beforeAll(async () => {
  ({ emulator, address } = await startEmulatorBehind());
});
afterAll(() => emulator.close());

const port = (...names: (keyof typeof hosts)[]) => names.map((name) => `${hosts[name]}:443`).sort();

/** A folder whose .env has all settings, those of the proxy and of the CA too: Node itself does not read them there. */
function folderBehind(proxyUrl: string): string {
  const folder = temporaryFolder();
  const authorities = join(folder, "ca.pem");
  writeFileSync(authorities, certificates.join(""));
  const settings = {
    ...environmentFor(emulator),
    ...settingsBehind(proxyUrl, emulator),
    NODE_EXTRA_CA_CERTS: authorities,
  };
  const lines = Object.entries({ ...settings, PORT: "0" }).filter(([, value]) => value !== "");
  writeFileSync(join(folder, ".env"), lines.map(([name, value]) => `${name}=${value}\n`).join(""));
  return folder;
}

it("serve reaches Entra ID through the proxy in .env, with the CA in .env", async () => {
  const proxy = await startProxy(address);
  const server = runCommand(process.execPath, [program, "serve", "--no-page"], {
    env: {},
    cwd: folderBehind(proxy.url),
  });
  const url = await addressOf(server);
  await until(async () => (await fetch(`${url}/readyz`)).ok);
  expect([...new Set(proxy.asked)]).toEqual(port("authority"));
});

it("doctor checks Entra ID and ACS through the proxy in .env", async () => {
  const proxy = await startProxy(address);
  const { out, err, status } = await runProgram(["doctor", "--no-graph"], {}, folderBehind(proxy.url));
  expect(out + err).not.toMatch(/unreachable|Cannot reach/);
  // What needs a sign-in was not checked, and nothing was found.
  expect(status).toBe(2);
  expect([...new Set(proxy.asked)].sort()).toEqual(port("authority", "acs"));
});

it("register signs in and asks Graph through the proxy in .env", async () => {
  const proxy = await startProxy(address);
  const { appId, secrets = [] } = emulator.registration("api");
  const identity = {
    AZURE_CLIENT_ID: appId,
    AZURE_CLIENT_SECRET: secrets[0] ?? "",
    AZURE_TENANT_ID: emulator.tenant("northwharf").id,
  };
  const { err } = await runProgram(
    ["register", "--dry-run", "--sign-in", "existing"],
    identity,
    folderBehind(proxy.url),
  );
  expect([...new Set(proxy.asked)].sort()).toEqual(port("authority", "graph"));
  expect(err).not.toContain("    at ");
});

it("doctor names the proxy that refuses, without its password", async () => {
  const proxy = await startProxy(address, { credentials: "other:other" });
  const folder = folderBehind(proxy.url.replace("//", "//user:p4ss-of-the-proxy@"));
  const { out, err, status } = await runProgram(["doctor", "--no-graph"], {}, folder);
  expect(out).toContain(
    `The proxy ${new URL(proxy.url).host} refuses user and password (407). Correct them in HTTPS_PROXY.`,
  );
  expect(out + err).not.toContain("p4ss");
  expect(status).toBe(1);
});

it.each([
  ["that is not there", "no-such-file.pem"],
  ["without a certificate", ".env"],
])("doctor names NODE_EXTRA_CA_CERTS in .env if it is a file %s", async (_name, file) => {
  const folder = folderBehind((await startProxy(address)).url);
  const settings = readFileSync(join(folder, ".env"), "utf8");
  writeFileSync(
    join(folder, ".env"),
    settings.replace(/^NODE_EXTRA_CA_CERTS=.*$/m, `NODE_EXTRA_CA_CERTS=${join(folder, file)}`),
  );
  const { out, status } = await runProgram(["doctor", "--no-graph", "--skip", "authority"], {}, folder);
  expect(out).toContain(
    "NODE_EXTRA_CA_CERTS names a file that cannot be read, or that has no certificate in PEM form.",
  );
  expect(status).toBe(1);
});

it("doctor finds that nobody can sign in at the http address of an emulator", async () => {
  const own = await freshEmulator();
  const env = { ...environmentFor(own), GRAPH_ENDPOINT: own.origin };
  const { out, err, status } = await runProgram(["doctor"], env);
  expect(out).toContain("Nobody can sign in at an http address");
  expect(out).toContain("AZURE_AUTHORITY_HOST");
  expect(out + err).not.toContain("    at ");
  expect(status).toBe(1);
});

it("register says the same, and ends", async () => {
  const own = await freshEmulator();
  const env = { ...environmentFor(own), GRAPH_ENDPOINT: own.origin };
  const { err, status } = await runProgram(["register", "--dry-run"], env);
  expect(err).toContain("Nobody can sign in at an http address");
  expect(err).toContain("Next: Start the emulator with --tls-port");
  expect(err).not.toContain("    at ");
  expect(status).toBe(1);
});

// npm start: emulator, server and client on this machine, no cloud needed. Both programs run from their builds, with the
// same settings that a real deployment uses; only the values are the emulator's.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { printReadable } from "./readable-log.mjs";
import { ensureBuilt, ensureInstalled, node, root, say, serverProgram } from "./setup.mjs";

const serverPort = process.env.PORT || "3000";
const emulatorPort = process.env.EMULATOR_PORT || "9400";
const address = `http://localhost:${serverPort}`;
const emulatorAddress = `http://localhost:${emulatorPort}`;

await ensureInstalled();
await ensureBuilt();

const seed = JSON.parse(readFileSync(join(root, "packages/emulator/seed/default.json"), "utf8"));
const registration = (name) => seed.registrations.find((entry) => entry.name === name);
const [acsResource] = seed.acsResources;
const settings = {
  PORT: serverPort,
  HOST: "127.0.0.1",
  ENTRA_AUTHORITY: emulatorAddress,
  ENTRA_TENANT_ID: registration("api").tenantId,
  ENTRA_API_CLIENT_ID: registration("api").appId,
  ENTRA_CLIENT_IDS: registration("spa").appId,
  ACS_CONNECTION_STRING: `endpoint=${emulatorAddress}/;accesskey=${acsResource.accessKeys[0]}`,
  ALLOW_INSECURE_LOOPBACK: "true",
  ALLOWED_ORIGINS: process.env.ALLOWED_ORIGINS || "",
  LOG_LEVEL: process.env.LOG_LEVEL || "info",
};

/** The programs that run, the server last; they are ended in the other order. */
const children = [];
let ending = false;
let introduced = false;

function startProgram(name, args, env = {}, output = "inherit") {
  const child = spawn(node, args, {
    cwd: root,
    stdio: ["ignore", output, "inherit"],
    env: { ...process.env, ...env },
  });
  children.push(child);
  // Until the addresses are printed only trouble is shown; probes are never.
  if (output === "pipe") {
    printReadable(child.stdout, ({ level, route }) => level > 30 || (introduced && route !== "/readyz"));
  }
  child.on("close", (code) => {
    if (ending) return;
    console.error(`\nThe ${name} ended (exit status ${code}), so everything ends. What it said above tells why.`);
    void end(1);
  });
}

async function end(status) {
  if (ending) return;
  ending = true;
  const running = children.filter((child) => child.exitCode === null && child.signalCode === null);
  const closed = running.map((child) => new Promise((resolve) => child.once("close", resolve)));
  for (const child of running.reverse()) child.kill("SIGTERM");
  await Promise.all(closed);
  process.exit(status);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void end(0));

/** Waits until the address answers 200; a program that ends before has already said why. */
async function until(url) {
  while (!ending) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await pause(50);
  }
  // The other program is being ended; this one stays only for that.
  await new Promise(() => {});
}

say("Starting the emulator …");
// What it prints for people who use it alone stands below in fewer words.
startProgram("emulator", ["packages/emulator/dist/emulator-bin.js", "--port", emulatorPort], {}, "ignore");
await until(`${emulatorAddress}/${settings.ENTRA_TENANT_ID}/v2.0/.well-known/openid-configuration`);
say("Starting the server …");
startProgram("server", [...serverProgram, "--page", "apps/page/dist"], settings, "pipe");
await until(`${address}/readyz`);

const tenantOf = (user) => seed.tenants.find(({ id }) => id === user.tenantId);
const licence = (user) => (user.servicePlans.includes("TEAMS1") ? "" : ", no Teams licence");
say(`
  Open     ${address}

  Sign in as one of these (any of them, no real account is involved):
${seed.users
  .filter((user) => user.tenantId === settings.ENTRA_TENANT_ID)
  .map((user) => `           ${user.displayName.padEnd(18)} ${user.upn}${licence(user)}`)
  .join("\n")}
  Refused, because they belong to ${seed.tenants.find(({ id }) => id !== settings.ENTRA_TENANT_ID).displayName}:
${seed.users
  .filter((user) => tenantOf(user).id !== settings.ENTRA_TENANT_ID)
  .map((user) => `           ${user.displayName.padEnd(18)} ${user.upn}`)
  .join("\n")}

  Emulator ${emulatorAddress}
  Stop     Ctrl-C

  Requests to the server:
`);
introduced = true;

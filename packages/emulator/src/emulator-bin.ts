#!/usr/bin/env node
// The process: arguments → emulator → what a person needs to know → graceful end.
import { type Arguments, readArguments } from "./command.ts";
import { readSeed } from "./seed.ts";
import { type Emulator, startEmulator } from "./start-emulator.ts";

const usage = `teams-token-emulator: Microsoft Entra ID and Azure Communication Services Identity on this machine

  --port NUMBER      http port (9400, or EMULATOR_PORT)
  --tls-port NUMBER  https port (9443, or EMULATOR_TLS_PORT)
  --host ADDRESS     address to bind (127.0.0.1)
  --state FILE       keep the state in this file, and the CA of https beside it
  --seed FILE        tenants, users and registrations to start with`;

function announce(emulator: Emulator): void {
  const users = emulator.users.map((user) => {
    const tenant = emulator.tenant(user.tenantId).displayName;
    return `  ${user.displayName.padEnd(20)} ${user.upn.padEnd(28)} ${tenant}`;
  });
  const https = emulator.httpsOrigin === undefined ? "" : ` and ${emulator.httpsOrigin}`;
  const trust =
    emulator.httpsOrigin === undefined
      ? ""
      : `\nFor https, let clients trust this machine's own CA: ${emulator.caFile}\n  Node: NODE_EXTRA_CA_CERTS=${emulator.caFile}\n`;
  console.log(`Emulator of Entra ID and ACS Identity: ${emulator.origin}${https}
Control page: ${emulator.origin}/emulator

Sign in as (the account picker asks for no password):
${users.join("\n")}

ACS connection string (works with this emulator only):
  ${emulator.acsConnectionString}
${trust}
Ctrl-C ends it.`);
}

const isTaken = (error: unknown): error is Error & { port?: number } =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE";

function problemOf(error: unknown, { port, tlsPort }: Arguments): string {
  if (isTaken(error)) {
    const [taken, option, variable] =
      error.port === tlsPort ? [tlsPort, "--tls-port", "EMULATOR_TLS_PORT"] : [port, "--port", "EMULATOR_PORT"];
    return `Port ${taken} is taken. Choose another: ${option} NUMBER, or set ${variable}.`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** A second emulator on this machine does without https unless a port for it was chosen. */
async function start(args: Arguments): Promise<Emulator> {
  const { seedFile, tlsPortChosen, help: _help, ...options } = args;
  const seeded = seedFile === undefined ? options : { ...options, seed: await readSeed(seedFile) };
  try {
    return await startEmulator(seeded);
  } catch (error) {
    if (tlsPortChosen || !isTaken(error) || error.port !== args.tlsPort) throw error;
    console.error(`No https: port ${args.tlsPort} is taken. Choose another with --tls-port NUMBER.`);
    const { tlsPort: _taken, ...withoutTls } = seeded;
    return startEmulator(withoutTls);
  }
}

async function run(args: Arguments): Promise<void> {
  try {
    const emulator = await start(args);
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => void emulator.close().finally(() => process.exit(0)));
    }
    announce(emulator);
  } catch (error) {
    console.error(problemOf(error, args));
    process.exit(1);
  }
}

try {
  const args = readArguments(process.argv.slice(2), process.env);
  if (args.help) console.log(usage);
  else await run(args);
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exit(1);
}

#!/usr/bin/env node
// The process: arguments → emulator → what a person needs to know → graceful end.
import { type Arguments, readArguments } from "./arguments.ts";
import { readSeed } from "./seed.ts";
import { type Emulator, startEmulator } from "./start.ts";

const usage = `teams-token-emulator: Microsoft Entra ID and Azure Communication Services Identity on this machine

  --port NUMBER    http port (9400, or EMULATOR_PORT)
  --host ADDRESS   address to bind (127.0.0.1)
  --seed FILE      tenants, users and registrations to start with`;

function announce(emulator: Emulator): void {
  const users = emulator.users.map((user) => {
    const tenant = emulator.tenant(user.tenantId).displayName;
    return `  ${user.displayName.padEnd(20)} ${user.upn.padEnd(28)} ${tenant}`;
  });
  console.log(`Emulator of Entra ID and ACS Identity: ${emulator.origin}

Sign in as (the account picker asks for no password):
${users.join("\n")}

ACS connection string (works with this emulator only):
  ${emulator.acsConnectionString}

Ctrl-C ends it.`);
}

function problemOf(error: unknown, { port }: Arguments): string {
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return `Port ${port} is taken. Choose another: --port NUMBER, or set EMULATOR_PORT.`;
  }
  return error instanceof Error ? error.message : String(error);
}

async function run(args: Arguments): Promise<void> {
  try {
    const seed = args.seedFile === undefined ? undefined : await readSeed(args.seedFile);
    const emulator = await startEmulator({ port: args.port, host: args.host, ...(seed ? { seed } : {}) });
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

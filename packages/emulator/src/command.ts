// The command that starts an emulator: its options, the start itself and what it prints. The bin of this package and
// the `teams-token-exchange emulator` command share it.
import { stat } from "node:fs/promises";
import { Agent, get } from "node:http";
import { dirname } from "node:path";
import { type Emulator, startEmulator } from "./start-emulator.ts";
import { readSeed } from "./state/seed.ts";
import type { Seed } from "./state/seed-types.ts";

/** Port of HTTP unless `--port` or `EMULATOR_PORT` names one. `startEmulator` itself takes a free port by default. */
const DEFAULT_PORT = 9_400;

/** Port of HTTPS unless `--tls-port` or `EMULATOR_TLS_PORT` names one. */
const DEFAULT_TLS_PORT = 9_443;

const DEFAULT_HOST = "127.0.0.1";
const DEFAULT_STATE_FOLDER = ".emulator";

/** One option of the command. */
export interface CommandOption {
  /** With its dashes, e.g. `--tls-port`. */
  flag: string;
  /** The placeholder of its value, e.g. `NUMBER`. */
  value: string;
  /** Its default included. */
  description: string;
}

/** The values of the options, as text. */
export interface CommandValues {
  port?: string | undefined;
  tlsPort?: string | undefined;
  host?: string | undefined;
  state?: string | undefined;
  seed?: string | undefined;
  publicUrl?: string | undefined;
  allowedHosts?: string | undefined;
}

/** The options by the name that `CommandValues` has for them, in the order in which help lists them. */
export const commandOptions: Record<keyof CommandValues, CommandOption> = {
  port: { flag: "--port", value: "NUMBER", description: "HTTP port (default 9400, or EMULATOR_PORT)" },
  tlsPort: { flag: "--tls-port", value: "NUMBER", description: "HTTPS port (default 9443, or EMULATOR_TLS_PORT)" },
  host: { flag: "--host", value: "ADDRESS", description: "address to listen on (default 127.0.0.1)" },
  state: { flag: "--state", value: "FILE", description: "keep the state in this file, and the CA for HTTPS beside it" },
  seed: { flag: "--seed", value: "FILE", description: "tenants, users and registrations to start with" },
  publicUrl: {
    flag: "--public-url",
    value: "URL",
    description: "address that clients use, for issuers and links, such as http://emulator:9400",
  },
  allowedHosts: {
    flag: "--allowed-hosts",
    value: "NAMES",
    description: "more host names that requests may use, separated by commas; the issuer follows them",
  },
};

/** The options after they were checked, with the defaults filled in. */
export interface CommandSettings {
  port: number;
  host: string;
  tlsPort: number;
  /** Whether the user chose the HTTPS port. If not, the command starts without HTTPS when the port is taken. */
  tlsPortChosen: boolean;
  publicUrl?: string;
  allowedHosts: string[];
  seedFile?: string;
  stateFile?: string;
  /** The folder that holds the CA for HTTPS. */
  stateFolder: string;
}

function portOf(text: string, name: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${name} must be a number from 0 to 65535`);
  return port;
}

/**
 * A port of the environment; undefined if it is empty. A container link or a service of Kubernetes that is called `emulator` sets
 * EMULATOR_PORT to an address such as tcp://10.0.0.1:9400, which is not meant for this program.
 */
function portVariable(given = ""): string | undefined {
  const port = given.trim();
  return port === "" || /^(tcp|udp|sctp):\/\//.test(port) ? undefined : port;
}

/**
 * Checks the values of the options.
 * @param values what the user passed; an option that is absent takes its environment variable, then its default
 * @param env the environment variables
 * @throws Error that names the option or variable that is wrong
 */
export function readCommandSettings(values: CommandValues, env: Record<string, string | undefined>): CommandSettings {
  const port = values.port ?? portVariable(env["EMULATOR_PORT"]) ?? String(DEFAULT_PORT);
  const tlsPort = values.tlsPort ?? portVariable(env["EMULATOR_TLS_PORT"]);
  return {
    port: portOf(port, values.port === undefined ? "EMULATOR_PORT" : "--port"),
    tlsPort: portOf(
      tlsPort ?? String(DEFAULT_TLS_PORT),
      values.tlsPort === undefined ? "EMULATOR_TLS_PORT" : "--tls-port",
    ),
    tlsPortChosen: tlsPort !== undefined,
    stateFolder: values.state === undefined ? DEFAULT_STATE_FOLDER : dirname(values.state),
    host: values.host ?? DEFAULT_HOST,
    allowedHosts: (values.allowedHosts ?? "")
      .split(",")
      .map((name) => name.trim())
      .filter(Boolean),
    ...(values.publicUrl === undefined ? {} : { publicUrl: values.publicUrl }),
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values.seed === undefined ? {} : { seedFile: values.seed }),
  };
}

const isTaken = (error: unknown): error is Error & { port?: number } =>
  error instanceof Error && "code" in error && error.code === "EADDRINUSE";

/** Whether an emulator answers at the port. Asks without any proxy that the environment may name. */
function isEmulator(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host, port, path: "/emulator", agent: new Agent(), timeout: 1_000 };
    const asked = get(options, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.on("end", () => resolve(text.includes("<title>Emulator"))).on("error", () => resolve(false));
    });
    asked.on("timeout", () => asked.destroy()).on("error", () => resolve(false));
  });
}

async function readableError(error: unknown, { host, port, tlsPort }: CommandSettings): Promise<unknown> {
  if (!isTaken(error)) return error;
  const [taken, option, variable] =
    error.port === tlsPort ? [tlsPort, "--tls-port", "EMULATOR_TLS_PORT"] : [port, "--port", "EMULATOR_PORT"];
  const message =
    taken === port && (await isEmulator(host, port))
      ? `Already running at http://localhost:${port}: use it, or start a second one with --port ${port + 1} --tls-port ${tlsPort + 1}.`
      : `Port ${taken} is taken. Choose another: ${option} NUMBER, or set ${variable}.`;
  return new Error(message, { cause: error });
}

/** A terminal and npm both pass on the same Ctrl-C. A person needs longer for the second one. */
const sameSignalMs = 500;

/**
 * Ends the process when it gets SIGINT, SIGTERM or SIGHUP, after the state is saved. Exits with 1 if it cannot be saved.
 * A second Ctrl-C ends the process immediately.
 */
export function closeOnSignal(emulator: Emulator): void {
  let since: number | undefined;
  function end(signal: NodeJS.Signals): void {
    if (since === undefined) {
      since = performance.now();
      emulator.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
          process.exit(1);
        },
      );
    } else if (signal === "SIGINT" && performance.now() - since > sameSignalMs) {
      process.stderr.write("Ended immediately: the last changes may not be saved.\n");
      process.exit(130);
    }
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);
}

/** Reads the seed; says so if it has to wait for the program at the other end of a pipe. */
async function seedFrom(file: string, warn: (message: string) => void): Promise<Seed> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFIFO()) warn(`Waiting for the seed from the pipe ${file} (--seed).`);
  return readSeed(file);
}

/**
 * Starts an emulator as the command does. If the default HTTPS port is taken, it starts without HTTPS.
 * @param warn prints a warning
 * @throws Error whose message you can print as it is, e.g. which port is taken and how to choose another
 */
export async function startFromSettings(settings: CommandSettings, warn: (message: string) => void): Promise<Emulator> {
  const { host, port, tlsPort, tlsPortChosen, stateFolder, stateFile, seedFile, publicUrl, allowedHosts } = settings;
  const options = {
    host,
    port,
    stateFolder,
    allowedHosts,
    warn,
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(stateFile === undefined ? {} : { stateFile }),
    ...(seedFile === undefined ? {} : { seed: await seedFrom(seedFile, warn) }),
  };
  try {
    return await startEmulator({ ...options, tlsPort });
  } catch (error) {
    if (tlsPortChosen || !isTaken(error) || error.port !== tlsPort) throw await readableError(error, settings);
    warn(`No HTTPS: port ${tlsPort} is taken. Choose another: --tls-port NUMBER, or set EMULATOR_TLS_PORT.`);
    return startEmulator(options).catch(async (second) => {
      throw await readableError(second, settings);
    });
  }
}

/** What the command prints once the emulator runs: addresses, users and the connection string. */
export function startMessage(emulator: Emulator): string {
  const users = emulator.users.map((user) => {
    const tenant = emulator.tenant(user.tenantId).displayName;
    return `  ${user.displayName.padEnd(20)} ${user.upn.padEnd(28)} ${tenant}`;
  });
  const { origin, httpsOrigin, publicOrigin, caFile, acsConnectionString } = emulator;
  const https = httpsOrigin === undefined ? "" : ` and ${httpsOrigin}`;
  const trust =
    httpsOrigin === undefined
      ? ""
      : `\nFor HTTPS, let clients trust the CA of this machine: ${caFile}\n  Node: NODE_EXTRA_CA_CERTS=${caFile}\n`;
  const forClients = publicOrigin === undefined ? "" : `\nAddress for clients: ${publicOrigin}`;
  return `Emulator of Entra ID and ACS Identity: ${origin}${https}${forClients}
Control page: ${origin}/emulator

Sign in as one of these users (the account picker asks for no password):
${users.join("\n")}

ACS connection string (works with this emulator only):
  ${acsConnectionString}
${trust}
Press Ctrl-C to stop.`;
}

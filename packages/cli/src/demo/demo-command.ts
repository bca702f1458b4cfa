// teams-token-exchange demo: emulator, server and page in one process, without a cloud or a clone. The server runs with the
// settings of a real deployment; only their values are the emulator's.
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { createApp, readConfig } from "@teams-token-exchange/server";
import { isServiceLink } from "@teams-token-exchange/server/deployment";
import { type Command, Option } from "commander";
import { endOnSignal } from "../command/end-on-signal.ts";
import { CommandFailure } from "../command/failures.ts";
import { pageOf, portOf } from "../command/option-values.ts";
import { packagedPage } from "../command/package-files.ts";
import { expectFreePorts, ourEmulator, ourServer } from "../command/ports.ts";
import { type LogEvent, readableLine } from "./readable-log.ts";

/** A connection that does not close must not keep the demo running after Ctrl-C. */
const maxCloseMs = 2_000;

interface DemoOptions {
  readonly port: number;
  readonly emulatorPort: number;
  readonly page: string;
}

/** Adds options and the action. */
export function defineDemo(command: Command): void {
  command
    .description(
      "Runs the emulator, the server and the page in one process, so that you can try an exchange without a cloud. Ctrl-C ends it.",
    )
    .option("--port <number>", "port of the page and the server (default: PORT, or 3000)", portOf("--port"))
    .option(
      "--emulator-port <number>",
      "port of the emulator (default: EMULATOR_PORT, or 9400)",
      portOf("--emulator-port"),
    )
    .addOption(
      new Option("--page <folder>", "serve this built page")
        .argParser(pageOf("--page"))
        .default(packagedPage, "the page that comes with this package"),
    )
    .addHelpText("after", "\nExample:\n  npx teams-token-exchange demo --port 3001")
    .action(({ port, emulatorPort, page }: Partial<DemoOptions> & Pick<DemoOptions, "page">) =>
      runDemo({
        port: port ?? portSetting("PORT", 3000),
        emulatorPort: emulatorPort ?? portSetting("EMULATOR_PORT", 9400),
        page,
      }),
    );
}

/** The port of an environment variable. An empty one counts as absent, and so does the link to a container or a service. */
const portSetting = (name: string, standard: number) => {
  const text = process.env[name]?.trim();
  return text && !isServiceLink(text) ? portOf(name)(text) : standard;
};

const print = (text: string) => void process.stdout.write(`${text}\n`);

/** What belongs to a real deployment would lead the demo's server to a real tenant. */
const isOfDeployment = (name: string) => /^(ENTRA|ACS)_/.test(name);

/** A proxy on this machine may refuse to connect to the emulator, which is on it too. */
const noProxy = "localhost,127.0.0.1";

function settingsFor(emulator: Emulator, port: number): Record<string, string | undefined> {
  const others = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isOfDeployment(name)));
  const api = emulator.registration("api");
  return {
    ...others,
    PORT: String(port),
    HOST: "127.0.0.1",
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: api.tenantId,
    ENTRA_API_CLIENT_ID: api.appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOW_INSECURE_LOOPBACK: "true",
    NO_PROXY: noProxy,
    no_proxy: noProxy,
  };
}

/** The message for a failure to listen. @param option how to choose another port */
function portFailure(error: unknown, port: number, option: string, setting: string): unknown {
  const { code } = error as { code?: string };
  if (code === "EADDRINUSE")
    return new CommandFailure(
      `Port ${port} is taken. Choose another: ${option} ${port + 1}, or set ${setting}=${port + 1}.`,
    );
  if (code === "EACCES")
    return new CommandFailure(`This user may not use port ${port}. Choose another with ${option} or ${setting}.`);
  return error;
}

/** Registers the page with the path of BASE_PATH; the emulator knows it without one. */
function allowRedirectsTo(emulator: Emulator, basePath: string): void {
  const { redirectUris } = emulator.registration("spa");
  if (basePath !== "")
    redirectUris?.spa?.push(...["/", "/redirect.html"].map((end) => `http://localhost:3000${basePath}${end}`));
}

async function startServer(emulator: Emulator, { port, page }: DemoOptions) {
  // Until the addresses are printed, only warnings and errors are shown. Probes are never shown.
  let isIntroduced = false;
  const isWanted = ({ level, route }: LogEvent) => level > 30 || (isIntroduced && !route?.endsWith("/readyz"));
  const write = (lines: string) => {
    for (const line of lines.split("\n").filter(Boolean)) {
      const text = readableLine(line, isWanted);
      if (text !== undefined) print(text);
    }
  };
  const config = readConfig(settingsFor(emulator, port));
  allowRedirectsTo(emulator, config.basePath);
  const app = await createApp(config, {
    pageFolder: page,
    logDestination: { write },
  });
  try {
    await app.listen({ port, host: "127.0.0.1" });
  } catch (error) {
    await app.close();
    throw portFailure(error, port, "--port", "PORT");
  }
  return {
    app,
    path: config.basePath === "" ? "" : `${config.basePath}/`,
    introduce(text: string) {
      print(text);
      isIntroduced = true;
    },
  };
}

type Server = Awaited<ReturnType<typeof startServer>>;

async function untilReady({ app }: Server): Promise<void> {
  while ((await app.inject("/readyz")).statusCode !== 200) await new Promise((resolve) => setTimeout(resolve, 10));
}

function introduction(emulator: Emulator, address: string): string {
  const homeId = emulator.registration("api").tenantId;
  const row = ({ displayName, upn, servicePlans }: Emulator["users"][number]) => {
    const licence = servicePlans.includes("TEAMS1") ? "" : ", no Teams licence";
    return { name: `           ${displayName.padEnd(18)} ${upn}`, licence };
  };
  const home = emulator.users.filter(({ tenantId }) => tenantId === homeId).map(row);
  const strangers = emulator.users.filter(({ tenantId }) => tenantId !== homeId).map(row);
  const otherTenant = emulator.tenants.find(({ id }) => id !== homeId)?.displayName;
  return `
  Open     ${address}

  Sign in as one of these users (no real account is involved):
${home.map(({ name, licence }) => name + licence).join("\n")}
  Refused, because they belong to ${otherTenant}:
${strangers.map(({ name }) => name).join("\n")}

  Emulator ${emulator.origin}
  Stop     Ctrl-C

  Ready in ${(process.uptime()).toFixed(1)} s. Requests to the server:
`;
}

function wantedPorts({ port, emulatorPort }: DemoOptions) {
  const metricsPort = portSetting("METRICS_PORT", 0);
  return [
    { port, names: ["--port", "PORT"], own: ourServer },
    { port: emulatorPort, names: ["--emulator-port", "EMULATOR_PORT"], own: ourEmulator },
    ...(metricsPort === 0 ? [] : [{ port: metricsPort, names: ["METRICS_PORT"] }]),
  ];
}

async function runDemo(options: DemoOptions): Promise<void> {
  const isNpmStart = process.env["npm_lifecycle_event"] === "start";
  await expectFreePorts(wantedPorts(options), isNpmStart ? "npm start" : "npx teams-token-exchange demo");
  print("Starting the emulator and the server …");
  const emulator = await startEmulator({ port: options.emulatorPort }).catch((error: unknown) => {
    throw portFailure(error, options.emulatorPort, "--emulator-port", "EMULATOR_PORT");
  });
  const server = await startServer(emulator, options).catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  endOnSignal(async () => {
    setTimeout(() => process.exit(0), maxCloseMs).unref();
    await Promise.allSettled([server.app.close(), emulator.close()]);
    return 0;
  });
  await untilReady(server);
  const { port } = server.app.server.address() as { port: number };
  server.introduce(introduction(emulator, `http://localhost:${port}${server.path}`));
}

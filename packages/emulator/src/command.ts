// The command line: `--port --tls-port --state FILE --seed FILE --host`.
import { dirname } from "node:path";
import { parseArgs } from "node:util";

/** The command line, understood. */
export interface Arguments {
  port: number;
  host: string;
  tlsPort: number;
  /** Whether somebody asked for that port: then it must be free. */
  tlsPortChosen: boolean;
  seedFile?: string;
  stateFile?: string;
  /** The folder of the CA and, by default, of nothing else. */
  stateFolder: string;
  help: boolean;
}

/** Default port of the command; in process the default is a free one. */
export const DEFAULT_PORT = 9_400;

/** Default port of https. */
export const DEFAULT_TLS_PORT = 9_443;

const DEFAULT_STATE_FOLDER = ".emulator";

function portOf(text: string, name: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new Error(`${name} must be a number from 0 to 65535`);
  return port;
}

/** @throws Error that names the option */
export function readArguments(args: readonly string[], env: Record<string, string | undefined>): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: "string" },
      host: { type: "string" },
      "tls-port": { type: "string" },
      state: { type: "string" },
      seed: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const port = values.port ?? (env["EMULATOR_PORT"] || String(DEFAULT_PORT));
  const tlsPort = values["tls-port"] ?? (env["EMULATOR_TLS_PORT"] || undefined);
  return {
    port: portOf(port, values.port === undefined ? "EMULATOR_PORT" : "--port"),
    tlsPort: portOf(tlsPort ?? String(DEFAULT_TLS_PORT), "--tls-port"),
    tlsPortChosen: tlsPort !== undefined,
    stateFolder: values.state === undefined ? DEFAULT_STATE_FOLDER : dirname(values.state),
    host: values.host ?? "127.0.0.1",
    help: values.help ?? false,
    ...(values.state === undefined ? {} : { stateFile: values.state }),
    ...(values.seed === undefined ? {} : { seedFile: values.seed }),
  };
}

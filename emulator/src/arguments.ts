// The command line: `--port --tls-port --state FILE --seed FILE --host`.
import { parseArgs } from "node:util";

/** The command line, understood. */
export interface Arguments {
  port: number;
  host: string;
  seedFile?: string;
  help: boolean;
}

/** Default port of the command; in process the default is a free one. */
export const DEFAULT_PORT = 9_400;

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
      seed: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  const port = values.port ?? (env["EMULATOR_PORT"] || String(DEFAULT_PORT));
  return {
    port: portOf(port, values.port === undefined ? "EMULATOR_PORT" : "--port"),
    host: values.host ?? "127.0.0.1",
    help: values.help ?? false,
    ...(values.seed === undefined ? {} : { seedFile: values.seed }),
  };
}

// The arguments of the bin `teams-token-emulator`.
import { parseArgs } from "node:util";
import { type CommandSettings, commandOptions, readCommandSettings } from "./command.ts";

/** How many letters have to be changed, added or left out to make one word of another. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...to].entries()) {
      const [above = 0, aboveNext = 0] = row.slice(at);
      next.push(Math.min(above + (letter === other ? 0 : 1), aboveNext + 1, (next[at] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function suggestion(word: string, known: readonly string[]): string {
  const [nearest] = known
    .map((name) => ({ name, changes: distance(word, name) }))
    .filter(({ name, changes }) => changes <= Math.max(2, name.length * 0.4))
    .sort((a, b) => a.changes - b.changes);
  return nearest ? ` Did you mean ${nearest.name}?` : "";
}

const options = {
  port: { type: "string" },
  host: { type: "string" },
  "tls-port": { type: "string" },
  state: { type: "string" },
  seed: { type: "string" },
  "public-url": { type: "string" },
  "allowed-hosts": { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/**
 * Reads the arguments of the bin.
 * @returns "help" if they ask for it
 * @throws Error that names the option that is unknown or wrong
 */
export function readArguments(
  args: readonly string[],
  env: Record<string, string | undefined>,
): CommandSettings | "help" {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const names = tokens.flatMap((token) => (token.kind === "option" ? [token] : []));
  if (names.some(({ name }) => name === "help")) return "help";
  const unknown = names.find(({ name }) => !Object.hasOwn(options, name));
  if (unknown) {
    const known = Object.values(commandOptions).map(({ flag }) => flag);
    throw new Error(`unknown option '${unknown.rawName}'.${suggestion(`--${unknown.name}`, known)}`);
  }
  const { values } = parseArgs({ args: [...args], options });
  const {
    help: _help,
    "tls-port": tlsPort,
    "public-url": publicUrl,
    "allowed-hosts": allowedHosts,
    ...others
  } = values;
  return readCommandSettings({ ...others, tlsPort, publicUrl, allowedHosts }, env);
}

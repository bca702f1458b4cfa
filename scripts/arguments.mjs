// The arguments of the scripts. Every script names its options here before it does anything else, so that `--help` only prints
// and a mistyped option changes nothing. It uses only Node, because it runs before the installation.
import { parseArgs } from "node:util";

/** How many letters have to be changed, added or left out to make one word of another. */
function distance(from, to) {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [at, other] of [...to].entries())
      next.push(Math.min(row[at] + (letter === other ? 0 : 1), row[at + 1] + 1, next[at] + 1));
    row = next;
  }
  return row[to.length];
}

/**
 * A question that names the known word that is most like a mistyped one.
 * @param {string} word
 * @param {string[]} known
 * @returns {string} empty if no word is like it
 */
export function suggestion(word, known) {
  const [nearest] = known
    .map((name) => ({ name, changes: distance(word, name) }))
    .filter(({ name, changes }) => changes <= Math.max(2, name.length * 0.4))
    .sort((a, b) => a.changes - b.changes);
  return nearest ? ` Did you mean ${nearest.name}?` : "";
}

/** Prints what is wrong with the arguments and exits with status 2. */
export function refuseArguments(message) {
  console.error(`error: ${message}\nAdd --help to see the arguments of this command.`);
  process.exit(2);
}

const helpOption = { help: { type: "boolean", short: "h", does: "show this help" } };

function usageOf({ command, does, options, positionals }) {
  const rows = [
    ...Object.entries(positionals).map(([name, meaning]) => [name, meaning]),
    ...Object.entries({ ...options, ...helpOption }).map(([name, { short, value, does: meaning }]) => [
      `${short ? `-${short}, ` : ""}--${name}${value ? ` ${value}` : ""}`,
      meaning,
    ]),
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, meaning]) => `  ${name.padEnd(width)}  ${meaning}`);
  const words = [...Object.keys(positionals), ...(Object.keys(options).length > 0 ? ["[options]"] : [])];
  return `Usage: ${[command, ...(words.length > 0 ? ["--", ...words] : [])].join(" ")}\n\n${does}\n\n${lines.join("\n")}`;
}

/**
 * Reads the arguments of the process. Exits with status 0 after `--help`, and with status 2 after a mistake.
 * @param {object} description
 * @param {string} description.command how people call it, e.g. `npm run bench`
 * @param {string} description.does a sentence that says what it does
 * @param {Record<string, { type: "boolean" | "string", does: string, value?: string, short?: string }>} [description.options]
 * @param {Record<string, string>} [description.positionals] what each of the other words means. The name shows how many there
 * may be: `<one>`, `[one or none]`, `[several ...]`
 * @returns {{ values: Record<string, string | boolean | undefined>, positionals: string[] }}
 */
export function readArguments({ command, does, options = {}, positionals = {} }) {
  const args = process.argv.slice(2);
  const all = { ...options, ...helpOption };
  const settings = { args, options: all, allowPositionals: true };
  const { values, tokens } = parseArgs({ ...settings, strict: false, tokens: true });
  if (values.help) {
    console.log(usageOf({ command, does, options, positionals }));
    process.exit(0);
  }
  const unknown = tokens.find(({ kind, name }) => kind === "option" && !Object.hasOwn(all, name));
  if (unknown) {
    const known = Object.keys(all).map((name) => `--${name}`);
    refuseArguments(`unknown option '${unknown.rawName}'.${suggestion(`--${unknown.name}`, known)}`);
  }
  const names = Object.keys(positionals);
  const words = tokens.filter(({ kind }) => kind === "positional").length;
  const needed = names.filter((name) => name.startsWith("<"));
  if (words < needed.length) refuseArguments(`${needed[words]} is missing: ${positionals[needed[words]]}.`);
  if (words > names.length && !names.at(-1)?.includes("..."))
    refuseArguments(
      names.length === 0 ? "this command takes only options." : `too many words: ${names.join(" ")} is all.`,
    );
  try {
    return parseArgs(settings);
  } catch (error) {
    return refuseArguments(error.message);
  }
}

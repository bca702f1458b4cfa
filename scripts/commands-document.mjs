// Generates docs/reference/commands.md: what --help of each command of the program prints. scripts/run.mjs prints it from there,
// so that --help works in a clone before the first build.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { cli } from "./setup.mjs";
import { node, readText, root } from "./tools.mjs";

const helpOf = (words) =>
  execFileSync(node, [cli, ...words, "--help"], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, COLUMNS: "120" },
  });

/** The commands that a help lists, each with the words that lead to it. */
const commandsIn = (help, words) =>
  [...(help.split("\nCommands:\n")[1] ?? "").split("\n\n")[0].matchAll(/^ {2}([a-z]+)(?: |$)/gm)]
    .map(([, name]) => [...words, name])
    .filter((path) => path.at(-1) !== "help");

function sections(words = []) {
  const help = helpOf(words);
  return [
    `## ${["teams-token-exchange", ...words].join(" ")}\n\n\`\`\`text\n${help.trim()}\n\`\`\``,
    ...commandsIn(help, words).flatMap(sections),
  ];
}

/** The document. */
export function commandsDocument() {
  return `# Commands

What \`--help\` prints. \`npm run docs\` generates this page, and a test compares them. In a clone, \`npm run serve -- --help\` is the
same as \`npx teams-token-exchange serve --help\`.

${sections().join("\n\n")}
`;
}

/** What --help of a command prints, from the document. @returns undefined for a command that is not there */
export function documentedHelp(words) {
  const document = readText(join(root, "docs/reference/commands.md"));
  const [, section] = document.split(`\n## ${["teams-token-exchange", ...words].join(" ")}\n\n\`\`\`text\n`);
  return section?.split("\n```")[0];
}

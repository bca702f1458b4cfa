// npm start, npm run serve, register and others: builds what is stale, then runs a command of the built program on the pinned
// Node. Arguments after -- are the command's own.
import { documentedHelp } from "./commands-document.mjs";
import { run } from "./processes.mjs";
import { cli, ensureBuilt, ensureInstalled, serverFlags } from "./setup.mjs";

const [command, ...args] = process.argv.slice(2);
// `npm run tpe -- assign user …` runs `teams-token-exchange assign user …`.
const words = command === "assign" && args[0] === "assign" ? args.slice(1) : args;

if (words.includes("--help") || words.includes("-h")) {
  const subcommand = words.find((word) => !word.startsWith("-"));
  console.log(documentedHelp([command, subcommand]) ?? documentedHelp([command]));
  process.exit(0);
}

// The page of the repository can join calls. The one in the package cannot, because the licence of the Calling SDK forbids it.
const page = ["--page", "apps/page/dist"];
const withPage = ["demo", "serve"].includes(command);
await ensureInstalled();
await ensureBuilt(withPage ? ["packages", "page"] : ["packages"]);
const flags = command === "serve" ? serverFlags : [];
// Behind the --, Node leaves options such as --env-file to the command.
const program = [...flags, "--", cli, command, ...(withPage ? page : []), ...words];
process.exit(await run("node", program, { isServer: true, env: process.env }));

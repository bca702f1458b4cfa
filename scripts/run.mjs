// npm start, npm run serve, register and others: builds what is stale, then runs a command of the built program on the pinned
// Node. Arguments after -- are the command's own.
import { spawn } from "node:child_process";
import { cli, ensureBuilt, ensureInstalled, node, root, serverFlags } from "./setup.mjs";

const [command, ...args] = process.argv.slice(2);
// The page of the repository can join calls. The one in the package cannot, because the licence of the Calling SDK forbids it.
const page = ["--page", "apps/page/dist"];
const withPage = ["demo", "serve"].includes(command);
await ensureInstalled();
await ensureBuilt(withPage ? ["packages", "page"] : ["packages"]);

// `npm run tpe -- assign user …` runs `teams-token-exchange assign user …`.
const words = command === "assign" && args[0] === "assign" ? args.slice(1) : args;
const flags = command === "serve" ? serverFlags : [];
const child = spawn(node, [...flags, cli, command, ...(withPage ? page : []), ...words], {
  cwd: root,
  stdio: "inherit",
});
// A terminal signals the whole process group. A service manager signals only this process.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("close", (code) => process.exit(code ?? 1));

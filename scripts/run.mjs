// npm run serve, emulator, deny, tpe and others: one program from its build, on the pinned Node, configured by environment
// and arguments.
import { spawn } from "node:child_process";
import { ensureBuilt, ensureInstalled, node, root, serverProgram } from "./setup.mjs";

const [program, ...args] = process.argv.slice(2);
await ensureInstalled();
await ensureBuilt(program === "server" ? ["packages", "page"] : ["packages"]);
const cli = "packages/cli/dist/main.js";
// As "npm run tpe -- assign user …" has always been written; the program itself takes "assign user …".
const assignWords = args[0] === "assign" ? args.slice(1) : args;
const programs = {
  server: [...serverProgram, "--page", "apps/page/dist", ...args],
  emulator: ["packages/emulator/dist/emulator-bin.js", ...args],
  deny: [cli, "deny", ...args],
  tpe: [cli, "assign", ...assignWords],
  register: ["packages/cli/build/register/main.js", ...args],
  doctor: ["packages/cli/build/doctor/main.js", ...args],
  explain: ["packages/cli/build/explain/main.js", ...args],
};
const child = spawn(node, programs[program], { cwd: root, stdio: "inherit" });
// The terminal signals the whole group; a service manager signals only this process.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (code) => process.exit(code ?? 1));

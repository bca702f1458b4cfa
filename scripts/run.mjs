// npm run serve, emulator, deny, tpe and others: one program from its build, on the pinned Node, configured by environment
// and arguments.
import { spawn } from "node:child_process";
import { ensureBuilt, ensureInstalled, node, root, serverProgram } from "./setup.mjs";

const [program, ...args] = process.argv.slice(2);
await ensureInstalled();
await ensureBuilt(program === "server" ? ["packages", "client"] : ["packages"]);
const programs = {
  server: serverProgram,
  emulator: ["packages/emulator/dist/emulator-bin.js"],
  deny: ["packages/server/dist/deny-cli.js"],
  tpe: ["packages/server/dist/tpe-cli.js"],
  register: ["packages/cli/dist/register/main.js"],
  doctor: ["packages/cli/dist/doctor/main.js"],
  explain: ["packages/cli/dist/explain/main.js"],
};
const child = spawn(node, [...programs[program], ...args], { cwd: root, stdio: "inherit" });
// The terminal signals the whole group; a service manager signals only this process.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (code) => process.exit(code ?? 1));

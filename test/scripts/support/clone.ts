// A clone whose tools are small: the scripts are ours, but npm, the compiler and the built program only do what the tests of the
// launcher need. Each notes its process id, and one of them hangs, with a program that it has started.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { node, root } from "../../../scripts/tools.mjs";

/** Where a command is when it is ended. */
export type Step = "install" | "build" | "program";

export interface Clone {
  readonly folder: string;
  /** The file in which the tools note that they run: their variable NOTES. */
  readonly notes: string;
  /** Runs one of its scripts as npm does. `hangAt`: the tool that does not end by itself. */
  start(words: readonly string[], options?: { hangAt?: Step; env?: Record<string, string> }): Started;
  /** The process ids of the tools that have hung so far, and of what they have started. */
  hanging(): number[];
  /** How often each tool has run. */
  runs(step: Step): number;
}

export interface Started {
  readonly child: ChildProcess;
  readonly printed: { text: string };
  readonly ended: Promise<number | null>;
  /** The same, once everything that it and its children printed has arrived. */
  readonly closed: Promise<number | null>;
}

/** What every tool does first. npm, and some compilers, do not end at once at a signal. */
const tool = (step: Step, work: string) => `
const fs = require("node:fs");
const { spawn } = require("node:child_process");
fs.appendFileSync(process.env.NOTES, "${step} " + process.pid + "\\n");
const isStubborn = "${step}" !== "program";
if (process.env.HANG_AT === "${step}") {
  const hang = "setInterval(() => {}, 1e6)";
  const started = spawn(process.execPath, ["-e", hang], { stdio: "ignore" });
  if (isStubborn) for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  fs.appendFileSync(process.env.NOTES, "hangs " + process.pid + "\\nhangs " + started.pid + "\\n");
  console.log("${step} hangs");
  setInterval(() => {}, 1e6);
} else {
  const { mkdirSync, writeFileSync } = fs;
  ${work}
}
`;

/** Makes the clone in a folder with a space, an ampersand and a letter beyond ASCII. */
export function makeClone(): Clone {
  const parent = mkdtempSync(join(tmpdir(), "ü mlaut & co-"));
  onTestFinished(() => rmSync(parent, { recursive: true, force: true, maxRetries: 5 }));
  const folder = join(parent, "clone");
  const notes = join(parent, "notes");
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
  cpSync(join(root, "bench"), join(folder, "bench"), { recursive: true });
  cpSync(join(root, "docs/reference"), join(folder, "docs/reference"), { recursive: true });
  cpSync(join(root, "packages/server/package.json"), join(folder, "packages/server/package.json"));
  for (const file of ["package.json", "tsconfig.base.json", "tsconfig.json"])
    cpSync(join(root, file), join(folder, file));
  for (const name of ["rules", "emulator", "server", "client", "cli"]) {
    write(`packages/${name}/src/index.ts`, "");
    write(`packages/${name}/tsconfig.json`, "{}");
  }
  write("packages/emulator/tsconfig.calling.json", "{}");
  write("packages/emulator/src/calling-sdk/index.ts", "");
  write("apps/page/index.html", "");
  write("package-lock.json", JSON.stringify({ packages: {} }));

  const outputs = [
    "emulator/dist/emulator-bin.js",
    "emulator/dist/calling-sdk/index.js",
    "server/dist/index.js",
    "client/dist/index.js",
    "cli/dist/main.js",
  ];
  const compile = outputs
    .map(
      (path) => `mkdirSync("packages/${dirname(path)}", { recursive: true }); writeFileSync("packages/${path}", "");`,
    )
    .join("\n");
  const program = tool("program", "console.log(process.argv.slice(2).join(' '));");
  write(
    "scripts/bundle-cli.mjs",
    `import { writeFileSync } from "node:fs";
writeFileSync("packages/cli/dist/package.json", "{}");
writeFileSync("packages/cli/dist/main.js", ${JSON.stringify(program)});`,
  );
  const buildPage = 'mkdirSync("apps/page/dist", { recursive: true }); writeFileSync("apps/page/dist/index.html", "");';
  const modules = {
    "typescript/package.json": JSON.stringify({ bin: { tsc: "tsc.js" } }),
    "typescript/tsc.js": tool("build", compile),
    "vite/package.json": JSON.stringify({ bin: { vite: "vite.js" } }),
    "vite/vite.js": `const { mkdirSync, writeFileSync } = require("node:fs"); ${buildPage}`,
    ".package-lock.json": JSON.stringify({ packages: {} }),
  };
  const nodeFolder = dirname(dirname(node));
  const install = `
    for (const [path, text] of Object.entries(${JSON.stringify(modules)})) {
      mkdirSync(require("node:path").dirname("node_modules/" + path), { recursive: true });
      writeFileSync("node_modules/" + path, text);
    }
    fs.symlinkSync(${JSON.stringify(nodeFolder)}, "node_modules/" + ${JSON.stringify(nodeFolder.split(/[\\/]/).at(-1))}, "junction");`;
  const npm = join(parent, "npm-cli.js");
  writeFileSync(npm, tool("install", `console.log(process.argv.slice(2).join(" ")); ${install}`));

  const lines = () => (existsSync(notes) ? readFileSync(notes, "utf8").trim().split("\n") : []);
  const hanging = () => lines().flatMap((line) => (line.startsWith("hangs ") ? [Number(line.slice(6))] : []));
  onTestFinished(() => {
    for (const pid of hanging().filter(isAlive)) process.kill(pid, "SIGKILL");
  });
  return {
    folder,
    notes,
    hanging,
    runs: (step) => lines().filter((line) => line.startsWith(`${step} `)).length,
    start(words, { hangAt, env } = {}) {
      const child = spawn(process.execPath, ["--", ...words], {
        cwd: folder,
        // A group of its own, as a terminal makes for each command.
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, npm_execpath: npm, NOTES: notes, HANG_AT: hangAt ?? "", ...env },
      });
      const printed = { text: "" };
      for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed.text += chunk));
      const statusAt = (event: string) => once(child, event).then(([status]) => status as number | null);
      return { child, printed, ended: statusAt("exit"), closed: statusAt("close") };
    },
  };
}

/** Whether a process runs. One that has ended, but that nobody has waited for, does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
}

/** Every file below a folder. */
export const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true })
    .map((path) => String(path))
    .sort();

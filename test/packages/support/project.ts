// An empty folder outside the repository, in which npm installs our tarballs as it would install the published packages.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, inject } from "vitest";
import { publishedPackages } from "../../../scripts/pack.mjs";
import { node } from "../../../scripts/tools.mjs";

/** The output and the exit code of a program. */
export interface Outcome {
  status: number | null;
  output: string;
}

/** A program that runs in the background; the end of the tests stops it. */
export interface Running {
  /** Everything that it has printed so far. */
  readonly output: string;
  /** Resolves with what it prints once that matches. @throws Error if it stops before */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the program has ended. */
  readonly ended: Promise<Outcome>;
  /** Presses Ctrl-C, and waits until the program has ended. */
  stop(): Promise<Outcome>;
}

export interface RunOptions {
  /** Environment variables on top of those of the machine. */
  env?: Record<string, string>;
  /** What the program reads from standard input. Nothing by default. */
  input?: string;
}

export interface Project {
  readonly folder: string;
  write(file: string, text: string): void;
  /** Installs packages. Ours come from their tarballs, everything else from npm. */
  install(...packages: string[]): Promise<void>;
  run(command: string, args: string[], options?: RunOptions): Promise<Outcome>;
  start(command: string, args: string[], options?: RunOptions): Running;
  /** The packages in node_modules, without those that are part of npm's own bookkeeping. */
  installed(): string[];
}

/** The environment of a user who has Node and npm, but not this repository. */
function outsideEnvironment(): Record<string, string | undefined> {
  const separator = process.platform === "win32" ? ";" : ":";
  const path = (process.env["PATH"] ?? "").split(separator).filter((folder) => !folder.includes("node_modules"));
  const kept = Object.entries(process.env).filter(
    // Variables that `npm test` and Vitest set would lead npm back into the repository.
    ([name]) =>
      !/^(npm_(package|lifecycle|config_(local_)?prefix)|INIT_CWD|VITEST|NODE_ENV$|NODE_OPTIONS$)/i.test(name),
  );
  return { ...Object.fromEntries(kept), PATH: [dirname(node), ...path].join(separator), NO_COLOR: "1" };
}

const ours = new Map(publishedPackages().map((one) => [one.name, one.manifest]));

/** Our tarballs that are needed to install a package: its own and those of the packages of ours that it depends on. */
function tarballsFor(name: string): string[] {
  const needed = Object.keys(ours.get(name)?.dependencies ?? {}).filter((dependency) => ours.has(dependency));
  const packed = inject("tarballs")[name];
  if (!packed) throw new Error(`${name} is not among the packed packages`);
  return [packed.tarball, ...needed.flatMap(tarballsFor)];
}

const nameOf = (spec: string) => spec.replace(/(?<=.)@[^/]*$/, "");

/** Signals a program and its child processes, as a terminal does: npx and a shell stand between us and our command. */
function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  if (process.platform === "win32" || child.pid === undefined) child.kill(signal);
  else process.kill(-child.pid, signal);
}

/** Call it once, outside of tests and hooks: the end of the file removes the folder. */
export function createProject(): Project {
  // The real path, because programs print that.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "project-")));
  const running = new Set<ChildProcess>();
  afterAll(async () => {
    for (const child of running) {
      signalAll(child, "SIGKILL");
      await once(child, "close");
    }
    rmSync(folder, { recursive: true, force: true });
  });

  function start(command: string, args: string[], { env = {}, input = "" }: RunOptions = {}): Running {
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...outsideEnvironment(), ...env },
      // A separate process group, for signalAll.
      detached: process.platform !== "win32",
    });
    child.stdin.on("error", () => {}).end(input);
    running.add(child);
    let output = "";
    let notify = () => {};
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        notify();
      });
    }
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (status) => {
        running.delete(child);
        resolve({ status, output });
      });
    });
    const until = (pattern: RegExp) =>
      new Promise<RegExpExecArray>((resolve, reject) => {
        notify = () => {
          const match = pattern.exec(output);
          if (match) resolve(match);
        };
        notify();
        ended.then(
          () => reject(new Error(`${command} ${args.join(" ")} stopped before it printed ${pattern}:\n${output}`)),
          reject,
        );
      });
    return {
      until,
      ended,
      stop() {
        signalAll(child, "SIGINT");
        return ended;
      },
      get output() {
        return output;
      },
    };
  }

  const project: Project = {
    folder,
    write(file, text) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    },
    async install(...packages) {
      const specs = packages.flatMap((spec) => (ours.has(nameOf(spec)) ? tarballsFor(nameOf(spec)) : [spec]));
      const args = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error", ...new Set(specs)];
      const { status, output } = await project.run("npm", args);
      if (status !== 0) throw new Error(`npm ${args.join(" ")} failed:\n${output}`);
    },
    run: (command, args, options) => start(command, args, options).ended,
    start,
    installed() {
      const list = join(folder, "node_modules", ".package-lock.json");
      if (!existsSync(list)) return [];
      return Object.keys(JSON.parse(readFileSync(list, "utf8")).packages);
    },
  };
  project.write("package.json", JSON.stringify({ private: true, type: "module" }));
  return project;
}

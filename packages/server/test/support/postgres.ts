// A separate PostgreSQL for a test file: made, killed, frozen and started again on the same port.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, until } from "./world.ts";

/** Debian keeps them by version, outside of PATH. */
const debian = "/usr/lib/postgresql";
const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
const folders = [
  process.env["POSTGRES_BIN"],
  ...versions.map((version) => join(debian, version, "bin")),
  ...["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"],
];
const bin = folders.find(
  (folder) => folder && existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")),
);

/**
 * Whether tests that need PostgreSQL can run. Without one they are skipped, and vitest says so; in CI they must run, so there
 * it is an error. `npm test` installs it where it can.
 */
export const hasPostgres = bin !== undefined;
if (!hasPostgres && process.env["CI"]) {
  throw new Error("These tests need PostgreSQL, and CI must run them: install it or set POSTGRES_BIN to its folder.");
}

/** PostgreSQL refuses to run as root; the user that it runs as must own its folder. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (option: string) => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

export interface TestPostgres {
  readonly url: string;
  /** As a crash: connections are reset; what was committed stays. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Stops answering without closing a connection. */
  freeze(): void;
  thaw(): void;
  /** Kills it and removes its folder. */
  remove(): Promise<void>;
}

/** Makes and starts one. */
export async function startPostgres(): Promise<TestPostgres> {
  const user = unprivileged();
  const home = mkdtempSync(join(tmpdir(), "postgres-"));
  if (user.uid !== undefined) chownSync(home, user.uid, user.gid ?? 0);
  const folder = join(home, "data");
  const run = { ...user, cwd: home, stdio: "ignore", env: { ...process.env, LC_ALL: "C" } } as const;
  execFileSync(
    join(bin ?? "", "initdb"),
    ["-D", folder, "-U", "tests", "--auth=trust", "--no-sync", "-E", "UTF8"],
    run,
  );
  const port = await freePort();
  const options = ["-D", folder, "-p", String(port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-k", home];

  async function launch(): Promise<ChildProcess> {
    const child = spawn(join(bin ?? "", "postgres"), options, { ...run, stdio: ["ignore", "ignore", "pipe"] });
    let printed = "";
    child.stderr?.on("data", (chunk) => (printed += chunk));
    await until(() => printed.includes("ready to accept connections") || child.exitCode !== null);
    if (child.exitCode !== null) throw new Error("postgres ended before it was ready");
    return child;
  }
  let child = await launch();
  /** To the server and to its processes of connections, each of which is a separate process group. */
  function signal(name: NodeJS.Signals): void {
    const parent = String(child.pid);
    const children = execFileSync("pgrep", ["-P", parent], { encoding: "utf8" }).trim().split("\n");
    for (const pid of [parent, ...children]) {
      try {
        process.kill(Number(pid), name);
      } catch {
        // It has ended already.
      }
    }
  }
  async function kill() {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signal("SIGKILL");
    await new Promise((resolve) => child.once("exit", resolve));
  }
  return {
    url: `postgresql://tests@127.0.0.1:${port}/postgres`,
    kill,
    async restart() {
      child = await launch();
    },
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    async remove() {
      await kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

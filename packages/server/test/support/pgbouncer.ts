// A PgBouncer in front of a PostgreSQL, in transaction mode: each transaction of a client may run on another connection.
import { execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { TestPostgres } from "./postgres.ts";
import { freePort, until } from "./world.ts";

const places = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer", "/opt/homebrew/bin/pgbouncer"];
const program = [process.env["PGBOUNCER_PATH"], ...places].find((path) => path && existsSync(path));

/** Whether tests that need PgBouncer can run. In CI they must. `npm test` installs it where it can. */
export const hasPgBouncer = program !== undefined;
if (!hasPgBouncer && process.env["CI"]) {
  throw new Error("These tests need PgBouncer, and CI must run them: install it or set PGBOUNCER_PATH.");
}

/** Starts one for the test, which ends it. @returns the address of the same database through it */
export async function startPgBouncer(postgres: TestPostgres): Promise<string> {
  const { port: postgresPort } = new URL(postgres.url);
  const folder = mkdtempSync(join(tmpdir(), "pgbouncer-"));
  const port = await freePort();
  const [file, users] = [join(folder, "pgbouncer.ini"), join(folder, "users")];
  // One connection for all clients, and no names of prepared statements, so that any state of a session shows.
  const lines = [
    "[databases]",
    `postgres = host=127.0.0.1 port=${postgresPort} dbname=postgres`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = trust",
    `auth_file = ${users}`,
    "pool_mode = transaction",
    "default_pool_size = 1",
    "server_login_retry = 0",
  ];
  writeFileSync(users, '"tests" ""\n');
  writeFileSync(file, `${lines.join("\n")}\n`);
  const idOf = (option: string) => Number(execFileSync("id", [option, "nobody"], { encoding: "utf8" }));
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? { uid: idOf("-u"), gid: idOf("-g") } : {};
  if (user.uid !== undefined) for (const path of [folder, file, users]) chownSync(path, user.uid, user.gid);
  const child = spawn(program ?? "", [file], { ...user, stdio: ["ignore", "ignore", "pipe"] });
  let printed = "";
  child.stderr?.on("data", (chunk) => (printed += chunk));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once("exit", resolve));
    rmSync(folder, { recursive: true });
  });
  await until(() => printed.includes("process up") || child.exitCode !== null);
  if (child.exitCode !== null) throw new Error(`pgbouncer ended before it was ready: ${printed}`);
  return `postgresql://tests@127.0.0.1:${port}/postgres`;
}

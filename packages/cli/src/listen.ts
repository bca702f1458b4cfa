// Where a server listens: host and port, or the socket or named pipe that PORT names. What stands in the way is said with the
// setting to change.
import { once } from "node:events";
import { rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import type { Config } from "@teams-token-exchange/server";
import { CommandFailure } from "./command/failures.ts";
import { occupantOf, ourServer } from "./command/ports.ts";

interface Listener {
  listen(place: { port: number; host: string } | { path: string }): Promise<string>;
}

/** Removes the socket that a killed process left behind: its file stays, and nobody listens. */
async function removeStaleSocket(path: string): Promise<void> {
  if (!path.startsWith("/") || !statSync(path, { throwIfNoEntry: false })?.isSocket()) return;
  const socket = connect(path);
  const isInUse = await once(socket, "connect").then(
    () => true,
    ({ code }: { code?: string }) => code !== "ECONNREFUSED",
  );
  socket.destroy();
  if (!isInUse) rmSync(path, { force: true });
}

const socketProblems: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another process, or is a file of another kind",
  EACCES: "is in a folder where this user may not create it",
  ENOENT: "is in a folder that does not exist",
};

async function portProblem({ port, telemetry }: Config, error: { code?: string; port?: number }): Promise<string> {
  const taken = error.port ?? port;
  const setting = taken === telemetry.prometheus.port ? "METRICS_PORT" : "PORT";
  if (error.code === "EADDRINUSE" && (await occupantOf({ port: taken, names: [setting], own: ourServer })) === "ours")
    return `Already running at http://localhost:${taken}: use it, or start a second one with ${setting}=${taken + 1}.`;
  if (error.code === "EADDRINUSE")
    return `Port ${taken} is taken. Choose another with the setting ${setting}, for example ${setting}=${taken + 1}.`;
  if (error.code === "EACCES")
    return `Port ${taken} may not be used by this user. Choose another with the setting ${setting}.`;
  return `The server cannot listen on HOST and PORT (${error.code ?? "unknown error"}).`;
}

/** Listens where the settings say. @throws {CommandFailure} if that is not possible */
export async function listen(server: Listener, config: Config): Promise<void> {
  const { port, host, socketPath: path } = config;
  try {
    if (path !== undefined) await removeStaleSocket(path);
    await server.listen(path === undefined ? { port, host } : { path });
  } catch (error) {
    const { code = "unknown error", port: taken = -1 } = error as { code?: string; port?: number };
    // The port for metrics may be taken too.
    if (path === undefined || taken >= 0) throw new CommandFailure(await portProblem(config, error as object));
    throw new CommandFailure(
      `The socket ${path} of the setting PORT ${socketProblems[code] ?? `cannot be used`} (${code}).`,
    );
  }
}

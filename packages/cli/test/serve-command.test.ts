// The built program as an operator meets it: what it says when it cannot start, and how it ends.
import { existsSync, writeFileSync } from "node:fs";
import { get } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  addressOf,
  type RunningProgram,
  runProgram as run,
  runCommand,
  serve,
} from "../../server/test/support/process.ts";
import { environmentFor, freshEmulator, until } from "../../server/test/support/world.ts";
import { temporaryFolder } from "./support.ts";

describe("cannot start", () => {
  it("without settings: names every missing one and exits with 1", async () => {
    const { printed, ended } = run({});
    expect(await ended).toBe(1);
    for (const setting of ["ENTRA_TENANT_ID", "ENTRA_API_CLIENT_ID", "ENTRA_CLIENT_IDS", "ACS_CONNECTION_STRING"]) {
      expect(printed.err).toContain(`${setting} is missing`);
    }
    expect(printed.err).toContain(".env.example");
    expect(printed.out).toBe("");
  });

  it.each(["ENTRA_TENANT_ID", "ENTRA_API_CLIENT_ID", "ENTRA_CLIENT_IDS", "ACS_CONNECTION_STRING"])(
    "without %s: names it, and no value of the others",
    async (setting) => {
      const env = environmentFor(await freshEmulator());
      delete env[setting];
      const { printed, ended } = run(env);
      expect(await ended).toBe(1);
      expect(printed.err).toContain(`${setting} is missing`);
      expect(printed.err).not.toContain(env["ACS_CONNECTION_STRING"]?.split("accesskey=")[1] ?? "no key left");
    },
  );

  it("on a taken port: says which, and how to choose another", async () => {
    const occupied = createServer();
    await new Promise<void>((resolve) => occupied.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void occupied.close());
    const { port } = occupied.address() as { port: number };
    const { printed, ended } = run({ ...environmentFor(await freshEmulator()), PORT: String(port) });
    expect(await ended).toBe(1);
    expect(printed.err).toContain(`Port ${port} is taken`);
    expect(printed.err).toContain("PORT=");
  });
});

/** The program in a folder with this .env, and with nothing in its environment but these variables. */
function runIn(folder: string, envFile: string | Buffer, env: Record<string, string> = {}) {
  writeFileSync(join(folder, ".env"), envFile);
  return runCommand(process.execPath, serve, { env, cwd: folder });
}

const asEnvFile = (env: Record<string, string>) =>
  Object.entries(env)
    .map(([name, value]) => `${name}=${value}\r\n`)
    .join("");

describe("a .env as Windows writes it", () => {
  it("with a byte order mark is read from its first setting on", async () => {
    const { ENTRA_TENANT_ID = "", ...others } = environmentFor(await freshEmulator());
    const file = `\ufeff${asEnvFile({ ENTRA_TENANT_ID, ...others, PORT: "0" })}`;
    await addressOf(runIn(temporaryFolder(), file, { ENTRA_API_CLIENT_ID: "" }));
  });

  it("in UTF-16 stops the server, which names the file and the remedy", async () => {
    const file = Buffer.from(`\ufeff${asEnvFile(environmentFor(await freshEmulator()))}`, "utf16le");
    const { printed, ended } = runIn(temporaryFolder(), file);
    expect(await ended).toBe(1);
    expect(printed.err).toBe("The settings cannot be read: .env is saved as UTF-16; save it as UTF-8.\n");
  });
});

describe("a server on a socket", () => {
  /** The status of GET /livez, once something answers. */
  async function isLive({ child }: RunningProgram, socketPath: string): Promise<boolean> {
    const ask = () =>
      new Promise<number | undefined>((resolve) => {
        get({ socketPath, path: "/livez" }, (response) => resolve(response.resume().statusCode)).on("error", () =>
          resolve(undefined),
        );
      });
    await until(async () => (await ask()) === 200 || child.exitCode !== null);
    return child.exitCode === null;
  }

  it("takes over the socket of a killed server, refuses that of a running one, and removes its own", async () => {
    const path = join(temporaryFolder(), "server.sock");
    const env = { ...environmentFor(await freshEmulator()), PORT: path, HOST: "not.an.address" };
    const killed = run(env);
    expect(await isLive(killed, path)).toBe(true);
    killed.child.kill("SIGKILL");
    await killed.ended;
    expect(existsSync(path)).toBe(true);

    const running = run(env);
    expect(await isLive(running, path)).toBe(true);
    const second = run(env);
    expect(await second.ended).toBe(1);
    expect(second.printed.err).toBe(
      `The socket ${path} of the setting PORT is in use by another process, or is a file of another kind (EADDRINUSE).\n`,
    );
    expect(await isLive(running, path)).toBe(true);
    running.child.kill("SIGTERM");
    expect(await running.ended).toBe(0);
    expect(existsSync(path)).toBe(false);
  });
});

describe("a running server", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("ends with status 0 on %s", async (signal) => {
    const program = run({ ...environmentFor(await freshEmulator()), PORT: "0" });
    await addressOf(program);
    program.child.kill(signal);
    expect(await program.ended).toBe(0);
  });

  it("starts, live but not ready, without its authority", async () => {
    const env = { ...environmentFor(await freshEmulator()), ENTRA_AUTHORITY: "http://127.0.0.1:9", PORT: "0" };
    const address = await addressOf(run(env));
    expect((await fetch(`${address}/livez`)).status).toBe(200);
    expect((await fetch(`${address}/readyz`)).status).toBe(503);
  });
});

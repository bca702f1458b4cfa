// The built program as an operator meets it: what it says when it cannot start, and how it ends.
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { addressOf, runProgram as run } from "../../server/test/support/process.ts";
import { environmentFor, freshEmulator } from "../../server/test/support/world.ts";

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

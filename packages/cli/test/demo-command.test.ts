// The demo as a process: it prints the address and the user to sign in with, and leaves nothing behind.
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { runCommand } from "../../server/test/support/process.ts";
import { freePort, until } from "../../server/test/support/world.ts";
import { program } from "./support-command.ts";

const page = join(import.meta.dirname, "../../../apps/page/dist");

async function startDemo(words: readonly string[], env: Record<string, string> = {}) {
  const args = [program, "demo", "--page", page, ...words];
  const demo = runCommand(process.execPath, args, { env, cwd: tmpdir() });
  await until(() => demo.printed.out.includes("Ready in") || demo.child.exitCode !== null);
  return demo;
}

async function takenPort(host = "127.0.0.1"): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as { port: number }).port;
}

describe("the demo", () => {
  it("prints the address, the users and each request, and ends with status 0 on Ctrl-C", async () => {
    const [port, emulatorPort] = [await freePort(), await freePort()];
    const demo = await startDemo(["--port", String(port), "--emulator-port", String(emulatorPort)], {
      // A deployment's own settings must not lead the demo to a real tenant.
      ENTRA_TENANT_ID: "99999999-9999-4999-8999-999999999999",
      ACS_ENDPOINT: "https://acs.example.com",
    });
    expect(demo.printed.out).toContain(`Open     http://localhost:${port}`);
    expect(demo.printed.out).toMatch(/Sign in as one of these[\s\S]*ada@northwharf\.example[\s\S]*Refused, because/);
    expect(demo.printed.out).toMatch(/Ready in \d+\.\d s/);
    const answer = await fetch(`http://localhost:${port}/`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    await fetch(`http://localhost:${port}/api/token/teams`, { method: "POST" });
    await until(() => /POST {2}\/api\/token\/teams {2}401/.test(demo.printed.out));
    demo.child.kill("SIGINT");
    expect(await demo.ended).toBe(0);
    expect(demo.printed.err).toBe("");
  });

  it("takes its ports from PORT and EMULATOR_PORT too", async () => {
    const demo = await startDemo([], { PORT: "0", EMULATOR_PORT: "0" });
    expect(demo.printed.out).toMatch(/Open {5}http:\/\/localhost:[1-9]\d+/);
    demo.child.kill("SIGTERM");
    expect(await demo.ended).toBe(0);
  });

  it("runs below BASE_PATH, where its users can sign in", async () => {
    const demo = await startDemo([], { PORT: "0", EMULATOR_PORT: "0", BASE_PATH: "/teams" });
    const [, address = ""] = /Open {5}(http:\/\/localhost:\d+\/teams\/)\n/.exec(demo.printed.out) ?? [];
    expect((await fetch(address)).status).toBe(200);
    const { clientId, tenantId } = (await (await fetch(`${address}api/config`)).json()) as Record<string, string>;
    const [, emulator] = /Emulator (\S+)/.exec(demo.printed.out) ?? [];
    for (const redirectUri of [address, `${address}redirect.html`]) {
      const query = new URLSearchParams({ client_id: clientId ?? "", redirect_uri: redirectUri });
      const answer = await fetch(`${emulator}/${tenantId}/adminconsent?${query}`);
      expect([answer.status, await answer.text()]).toEqual([200, expect.not.stringContaining("AADSTS50011")]);
    }
    expect(demo.printed.out).not.toContain("/readyz");
    demo.child.kill("SIGTERM");
    expect(await demo.ended).toBe(0);
  });

  it.each([
    ["--port", "PORT"],
    ["--emulator-port", "EMULATOR_PORT"],
  ])("says which port is taken, and that %s and %s choose another", async (option, setting) => {
    const port = await takenPort();
    const demo = await startDemo(["--port", "0", "--emulator-port", "0", option, String(port)]);
    expect(await demo.ended).toBe(1);
    expect(demo.printed.err).toContain(
      `Port ${port} is taken by another program. Choose another: ${option} ${port + 1}, or set ${setting}=${port + 1}.`,
    );
    expect(demo.printed.out).toBe("");
  });

  it("says so too if the other program has the port only for IPv6, where browsers look first", async () => {
    const port = await takenPort("::1");
    const demo = await startDemo(["--port", String(port), "--emulator-port", "0"]);
    expect(await demo.ended).toBe(1);
    expect(demo.printed.err).toContain(`Port ${port} is taken by another program.`);
  });

  it("names every port that is taken, the one for metrics too", async () => {
    const [port, metricsPort] = [await takenPort(), await takenPort()];
    const env = { METRICS_PORT: String(metricsPort), npm_lifecycle_event: "start" };
    const demo = await startDemo(["--port", String(port), "--emulator-port", "0"], env);
    expect(await demo.ended).toBe(1);
    expect(demo.printed.err).toContain(`Port ${port} is taken`);
    expect(demo.printed.err).toContain(
      `Port ${metricsPort} is taken by another program. Choose another: set METRICS_PORT`,
    );
  });

  it("says that it runs already, where, and how to start a second one", async () => {
    const [port, emulatorPort] = [await freePort(), await freePort()];
    const ports = ["--port", String(port), "--emulator-port", String(emulatorPort)];
    const first = await startDemo(ports);
    // What a proxy answers says nothing about this machine.
    const second = await startDemo(ports, { npm_lifecycle_event: "start", HTTP_PROXY: "http://127.0.0.1:9" });
    expect(await second.ended).toBe(1);
    expect(second.printed.err).toBe(
      `Already running at http://localhost:${port}: open it, or start a second one with \`PORT=${port + 1} EMULATOR_PORT=${emulatorPort + 1} npm start\`.\n`,
    );
    first.child.kill("SIGTERM");
    await first.ended;
  });
});

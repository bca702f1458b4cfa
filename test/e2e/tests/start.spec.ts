// What npm start shows: one address and the users to sign in as. After Ctrl-C, no process is left.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, test } from "@playwright/test";
import { freePort } from "../support/free-port.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Starts it in a separate process group, as a terminal does. */
function start(port: number, emulatorPort: number) {
  const child: ChildProcess = spawn("npm", ["start"], {
    cwd: root,
    detached: true,
    env: { ...process.env, PORT: String(port), EMULATOR_PORT: String(emulatorPort) },
  });
  const printed = { text: "" };
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (printed.text += chunk));
  const signalGroup = (signal: NodeJS.Signals | 0) => process.kill(-(child.pid ?? 0), signal);
  return { child, printed, ended: once(child, "close"), signalGroup };
}

test("npm start prints one address and the users, and Ctrl-C leaves no process behind", async () => {
  const [port, emulatorPort] = [await freePort(), await freePort()];
  const { printed, ended, signalGroup } = start(port, emulatorPort);
  await expect.poll(() => printed.text).toContain("Stop     Ctrl-C");
  expect(printed.text).toContain(`Open     http://localhost:${port}`);
  expect(printed.text).toContain("ada@northwharf.example");
  expect((await fetch(`http://localhost:${port}/readyz`)).status).toBe(200);

  signalGroup("SIGINT");
  await ended;
  await expect
    .poll(() => {
      try {
        signalGroup(0);
        return "processes left";
      } catch {
        return "none left";
      }
    })
    .toBe("none left");
});

test("npm start says which port is taken and how to choose another", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as { port: number };
  const { printed, ended } = start(port, await freePort());
  const [status] = await ended;
  taken.close();
  expect(status).not.toBe(0);
  expect(printed.text).toContain(`Port ${port} is taken`);
  expect(printed.text).toContain("PORT=");
});

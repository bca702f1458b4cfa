// Tokens must not outlive their request: a dump of the process would hand them out. The program serves exchanges of every
// outcome, then writes a heap snapshot (which collects garbage first), and nothing of any token may be in it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { addressOf, runCommand, serve } from "./support/process.ts";
import { environmentFor, freshEmulator, issue, tokensSeen, until } from "./support/world.ts";

/** Pieces of a token that are its own: header segments are the same in all. */
const fragmentsOf = (token: string) =>
  (
    token
      .split(".")
      .slice(1)
      .join("")
      .match(/[\w-]{32}/g) ?? []
  ).slice(0, 40);

it("a heap snapshot after the requests holds nothing of any token", async () => {
  const folder = mkdtempSync(join(tmpdir(), "heap-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const emulator = await freshEmulator();
  const running = runCommand(process.execPath, ["--heapsnapshot-signal=SIGUSR2", ...serve], {
    cwd: folder,
    env: { ...environmentFor(emulator), PORT: "0" },
  });
  const address = await addressOf(running);
  await until(async () => (await fetch(`${address}/readyz`)).ok);

  const server = { emulator } as Parameters<typeof issue>[0];
  for (const user of ["ada", "bruno", "chen", "dana"]) {
    const callerToken = await issue(server, "api", { user });
    for (const owner of [user, "ada"]) {
      const teamsToken = await issue(server, "teams", { user: owner });
      const response = await fetch(`${address}/api/token/teams`, {
        method: "POST",
        headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json", connection: "close" },
        body: JSON.stringify({ teamsUserToken: teamsToken }),
      });
      const { token } = (await response.json()) as { token?: string };
      if (token) tokensSeen.add(token);
    }
  }
  // What a connection still holds goes with the requests that come after it.
  for (let i = 0; i < 20; i += 1) await (await fetch(`${address}/livez`)).text();

  running.child.kill("SIGUSR2");
  const snapshots = () => readdirSync(folder).filter((name) => name.endsWith(".heapsnapshot"));
  const read = () => snapshots().map((name) => readFileSync(join(folder, name), "latin1"))[0] ?? "";
  await until(() => read().trimEnd().endsWith("}"));
  const snapshot = read();
  // It finds a string that stays in memory on purpose, so the search works.
  expect(snapshot).toContain(emulator.acsConnectionString.split("accesskey=")[1]);
  expect(tokensSeen.size).toBeGreaterThan(10);
  const found = [...tokensSeen].flatMap(fragmentsOf).filter((fragment) => snapshot.includes(fragment));
  expect(found.length).toBe(0);
});

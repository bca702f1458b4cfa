// Runs the script of the README on an emulator with another port.
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { startEmulator } from "../src/start-emulator.ts";

const quickStarts = [
  ["python", "python/quick_start.py"],
  ["java", "java/QuickStart.java"],
  ["go", "go/quickstart/main.go"],
] as const;

const read = async (path: string) => (await readFile(new URL(path, import.meta.url), "utf8")).replaceAll("\r\n", "\n");

// scripts/test-clients.mjs runs these files.
it.each(quickStarts)("shows the quick start in %s as test/clients runs it", async (language, file) => {
  const readme = await read("../README.md");
  const shown = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readme)?.[1];
  expect(shown).toBe(await read(`../../../test/clients/${file}`));
});

it("has a Node script of ten lines that exchanges a Teams token", async () => {
  const readme = await read("../README.md");
  const script = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  expect(script.trim().split("\n").length).toBeLessThanOrEqual(11);
  const emulator = await startEmulator();
  const child = spawn(process.execPath, ["--input-type=module", "-"], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
  });
  child.stdin.end(script.replace("http://localhost:9400", emulator.origin));
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect([code, output]).toEqual([0, expect.stringMatching(/token: 'ey[\s\S]*expiresOn: \d{4}-/)]);
  await emulator.close();
});

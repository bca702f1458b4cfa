// How commands end that run until they are stopped, as processes.
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { addressOf, runCommand, serve } from "../../server/test/support/process.ts";
import { environmentFor, freshEmulator, until } from "../../server/test/support/world.ts";

const module = fileURLToPath(new URL("../src/command/end-on-signal.ts", import.meta.url));

// Windows has no signals.
describe.skipIf(process.platform === "win32")("a command", () => {
  it("takes the same Ctrl-C from the terminal and from npm as one, and ends immediately on a second one", async () => {
    const code = `
      import { endOnSignal } from ${JSON.stringify(module)};
      endOnSignal(() => new Promise(() => console.log("ending")));
      process.on("SIGUSR2", () => console.log("still here"));
      setInterval(() => {}, 1e6);
      console.log("ready");`;
    const { child, printed, ended } = runCommand(process.execPath, ["--input-type=module", "-e", code], {});
    await until(() => printed.out.includes("ready"));
    child.kill("SIGINT");
    await until(() => printed.out.includes("ending"));
    child.kill("SIGINT");
    child.kill("SIGUSR2");
    await until(() => printed.out.includes("still here"));
    // A person presses it again until it works.
    const again = setInterval(() => child.kill("SIGINT"), 100);
    onTestFinished(() => clearInterval(again));
    expect(await ended).toBe(130);
    expect(printed.err).toBe("Ended immediately: the work in progress was cut off.\n");
  });
});

// `script` runs a program in a new terminal; its arguments are those of Linux.
it.skipIf(process.platform !== "linux")("the server ends with the terminal that it was started from", async () => {
  const env = { ...environmentFor(await freshEmulator()), PORT: "0", PATH: process.env["PATH"] ?? "" };
  const command = [process.execPath, ...serve].map((word) => `'${word}'`).join(" ");
  const terminal = runCommand("script", ["-qec", command, "/dev/null"], { env });
  const address = await addressOf(terminal);
  expect((await fetch(`${address}/livez`)).status).toBe(200);
  terminal.child.kill("SIGKILL");
  const begin = performance.now();
  await until(() =>
    fetch(`${address}/livez`).then(
      () => false,
      () => true,
    ),
  );
  // It ends because its work is done. A server that does not finish is ended after 15 s.
  expect(performance.now() - begin).toBeLessThan(12_000);
});

it.skipIf(process.platform !== "linux")("the server ends with npx, which cannot pass on SIGKILL", async () => {
  const env = { ...environmentFor(await freshEmulator()), PORT: "0", npm_lifecycle_event: "npx" };
  const command = [process.execPath, ...serve].map((word) => `'${word}'`).join(" ");
  // npx is a process that runs a shell that runs the command.
  const code = `require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(`${command}; true`)}], { stdio: "inherit" })`;
  const npx = runCommand(process.execPath, ["-e", code], { env });
  const address = await addressOf(npx);
  npx.child.kill("SIGKILL");
  await until(() =>
    fetch(`${address}/livez`).then(
      () => false,
      () => true,
    ),
  );
});

// However a command ends, nothing that it has started is left, and two commands in one clone do not disturb each other.
import { spawn } from "node:child_process";
import { describe, expect, it, vi } from "vitest";
import { type Clone, isAlive, makeClone, type Started, type Step } from "./support/clone.ts";

const serve = ["scripts/run.mjs", "serve"];
const hangs = (clone: Clone) => vi.waitFor(() => expect(clone.hanging()).toHaveLength(2), { timeout: 30_000 });
const nothingLeft = (clone: Clone, ending: string) =>
  vi.waitFor(() => expect([ending, ...clone.hanging().filter(isAlive)]).toEqual([ending]), { timeout: 5_000 });

const pidOf = ({ child }: Started) => child.pid ?? 0;
const endings: [string, (started: Started) => void][] = [
  ["Ctrl-C", (started) => process.kill(-pidOf(started), "SIGINT")],
  ["SIGTERM", (started) => process.kill(pidOf(started), "SIGTERM")],
  ["a closed terminal", (started) => process.kill(-pidOf(started), "SIGHUP")],
  ["SIGKILL", (started) => process.kill(pidOf(started), "SIGKILL")],
  ["SIGKILL of its group", (started) => process.kill(-pidOf(started), "SIGKILL")],
];
const steps: Step[] = ["install", "build", "program"];

// Windows has no signals. There, the job of the workflow starts and ends the sample.
describe.skipIf(process.platform === "win32")("nothing is left", () => {
  it.each(steps)("of a command that ends during %s, however it ends", async (step) => {
    const ended = endings.map(async ([name, end]) => {
      const clone = makeClone();
      const started = clone.start(serve, { hangAt: step });
      await hangs(clone);
      end(started);
      await started.ended;
      await nothingLeft(clone, name);
    });
    await Promise.all(ended);
  });

  it("of npm start, whichever signal ends npm", async () => {
    const ended = (["SIGTERM", "SIGHUP", "SIGKILL"] as const).map(async (signal) => {
      const clone = makeClone();
      await clone.start(serve).ended;
      const npm = spawn("npm", ["run", "serve"], {
        cwd: clone.folder,
        stdio: "ignore",
        env: { ...process.env, NOTES: clone.notes, HANG_AT: "program" },
      });
      await hangs(clone);
      npm.kill(signal);
      await nothingLeft(clone, signal);
    });
    await Promise.all(ended);
  });
});

describe("two commands in one clone", () => {
  it("install only once: the second says whom it waits for", async () => {
    const clone = makeClone();
    const first = clone.start(serve, { hangAt: "install" });
    await hangs(clone);
    const second = clone.start(serve);
    await vi.waitFor(
      () =>
        expect(second.printed.text).toContain(
          "is installing or building in this folder. Waiting until it has finished",
        ),
      { timeout: 30_000 },
    );
    expect(clone.runs("install")).toBe(1);
    // A killed command leaves no lock behind.
    process.kill(pidOf(first), "SIGKILL");
    expect([await second.ended, second.printed.text]).toEqual([0, expect.stringContaining("serve --page")]);
    expect([clone.runs("install"), clone.runs("build"), clone.runs("program")]).toEqual([2, 1, 1]);
    expect(clone.hanging().filter(isAlive)).toEqual([]);
  });
});

it("hands the option --env-file on to the command, which Node would take otherwise", async () => {
  const { scripts } = await import("../../package.json", { with: { type: "json" } }).then((file) => file.default);
  for (const script of Object.values(scripts).filter((line) => line.includes("run.mjs")))
    expect(script).toMatch(/^node -- /);
  const { printed, ended } = makeClone().start(["scripts/run.mjs", "doctor", "--env-file", "new.env"]);
  expect([await ended, printed.text]).toEqual([0, expect.stringContaining("doctor --env-file new.env")]);
});

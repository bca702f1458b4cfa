// The built program as a whole: help on each level, and what it says about words that it does not know.
import { describe, expect, it } from "vitest";
import { runProgram } from "./support-command.ts";

const commands = ["demo", "serve", "emulator", "register", "doctor", "explain", "deny", "assign"];
const nested = [
  ["deny", "add"],
  ["deny", "remove"],
  ["deny", "list"],
  ["assign", "list"],
  ["assign", "remove"],
];

describe("help", () => {
  it("names every command", async () => {
    const { status, out, err } = await runProgram(["--help"]);
    expect([status, err]).toEqual([0, ""]);
    for (const command of commands) expect(out).toMatch(new RegExp(`^ {2}${command}\\b`, "m"));
  });

  it.each([...commands.map((command) => [command]), ...nested])(
    "of %s %s starts no work and has an example",
    async (...words) => {
      const path = words.filter(Boolean);
      const { status, out, err } = await runProgram([...path, "--help"]);
      expect([status, err]).toEqual([0, ""]);
      expect(out).toContain(`Usage: teams-token-exchange ${path.join(" ")}`);
      expect(out).toContain("Example:\n");
    },
  );

  it("is printed, with status 2, if no command is named", async () => {
    expect(await runProgram([])).toMatchObject({ status: 2, out: "", err: expect.stringContaining("Usage:") });
  });
});

describe("a mistake", () => {
  it.each([
    [["sevre"], "unknown command 'sevre'", "Did you mean serve?"],
    [["demo", "--prot", "1"], "unknown option '--prot'", "Did you mean --port?"],
    [["doctor", "--jsno"], "unknown option '--jsno'", "Did you mean --json?"],
    [["deny", "ad"], "unknown command 'ad'", "Did you mean add?"],
    [["emulator", "--port", "x"], "--port must be a number", "--help"],
    [["demo", "--port", "70000"], "--port must be a number from 0 to 65535", "--help"],
    [["demo", "--emulator-port", "-1"], "--emulator-port", "--help"],
    [["demo", "--page", "/nowhere"], "--page must be a folder with an index.html", "--help"],
    [["serve", "--page", "/nowhere"], "--page must be a folder with an index.html", "--help"],
    [["serve", "extra"], "too many arguments", "--help"],
    [["doctor", "--server", "app"], "--server must be an address", "--help"],
    [["doctor", "--sign-in", "magic"], "--sign-in must be one of", "--help"],
  ])("in %j ends with status 2 and is named", async (words, mistake, hint) => {
    const { status, out, err } = await runProgram(words);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(mistake);
    expect(err).toContain(hint);
  });

  it("is not repeated if it may be a token", async () => {
    const token = `eyJhbGciOiJSUzI1NiJ9.${"a".repeat(60)}`;
    for (const words of [[token], ["serve", token], ["serve", `--token=${token}`], ["serve", `--token=secret`]]) {
      const { status, err } = await runProgram(words);
      expect(status).toBe(2);
      expect(err).not.toMatch(/eyJ|secret/);
    }
  });
});

// The arguments of every npm script, called as people call them, in a clone in which nothing is installed yet.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../scripts/tools.mjs";
import { filesIn, makeClone } from "./support/clone.ts";

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { scripts: Record<string, string> };
const wordsOf = (script: string) => script.replace(/^node (-- )?/, "").split(" ");
const all = Object.entries(scripts).map(([name, script]) => [name, wordsOf(script)] as const);
const ours = all.filter(([, words]) => words[0] !== "scripts/run.mjs");

/** Runs scripts with an argument. @returns for each what it printed, and fails if anything was started or written */
async function runEach(calls: (readonly [name: string, words: string[]])[], argument: string) {
  const clone = makeClone();
  const before = filesIn(clone.folder);
  const runs = calls.map(async ([name, words]) => {
    const { printed, closed } = clone.start([...words, argument]);
    return { name, status: await closed, printed: printed.text };
  });
  const results = await Promise.all(runs);
  expect(filesIn(clone.folder)).toEqual(before);
  expect(clone.runs("install")).toBe(0);
  return results;
}

describe("--help", () => {
  it.each(["--help", "-h"])(
    "of every npm script prints the usage, and starts and writes nothing (%s)",
    async (help) => {
      for (const result of await runEach(all, help))
        expect(result).toEqual({ name: result.name, status: 0, printed: expect.stringContaining("Usage: ") });
    },
  );

  it("of a subcommand is the subcommand's own", async () => {
    const { printed, closed } = makeClone().start(["scripts/run.mjs", "deny", "add", "--help"]);
    expect([await closed, printed.text]).toEqual([0, expect.stringContaining("Usage: teams-token-exchange deny add ")]);
  });
});

describe("a mistake", () => {
  it("in an option of a script ends with status 2 and a suggestion, and starts and writes nothing", async () => {
    for (const result of await runEach(ours, "--hepl")) {
      const printed = expect.stringContaining("unknown option '--hepl'. Did you mean --help?");
      expect(result).toEqual({ name: result.name, status: 2, printed });
    }
  });

  it.each([
    [["scripts/bench.mjs", "--shrot"], "Did you mean --short?"],
    [["scripts/build.mjs", "everything"], "takes only options"],
    [["scripts/production-layout.mjs"], "<folder> is missing"],
    [["scripts/release.mjs", "notse"], "Did you mean notes?"],
  ])("in %j is named", async (words, message) => {
    const { printed, closed } = makeClone().start(words);
    expect([await closed, printed.text]).toEqual([2, expect.stringContaining(message)]);
  });
});

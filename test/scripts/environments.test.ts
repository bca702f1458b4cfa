// Clones in environments that people have: line endings, install scripts that are forbidden, and other folders.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { node, nodeProblem, root } from "../../scripts/tools.mjs";
import { makeClone } from "./support/clone.ts";

// A released archive has no history.
it.skipIf(!existsSync(join(root, ".git")))("a clone of Git for Windows has the same line endings", () => {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" });
  const lines = git("-c", "core.autocrlf=true", "ls-files", "--eol").trim().split("\n");
  const others = lines.filter((line) => !/^i\/-text/.test(line) && !/attr\/text=auto eol=lf/.test(line));
  expect(others).toEqual([]);
  expect(lines.filter((line) => line.startsWith("i/crlf"))).toEqual([]);
});

it("no dependency needs an install script, and the pinned Node comes without one", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }>;
  };
  const needed = Object.entries(packages).filter(([, { hasInstallScript, optional }]) => hasInstallScript && !optional);
  expect(needed.map(([path]) => path)).toEqual([]);
  expect(nodeProblem()).toBeUndefined();
  expect(execFileSync(node, ["--version"], { encoding: "utf8" })).toMatch(/^v2[2-9]\./);
});

it("installs development and optional packages whatever the environment leaves out", async () => {
  const { printed, ended } = makeClone().start(["scripts/run.mjs", "serve"], { env: { NODE_ENV: "production" } });
  expect([await ended, printed.text]).toEqual([0, expect.stringContaining("ci --include=dev --include=optional")]);
});

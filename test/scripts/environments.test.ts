// Clones in environments that people have: line endings, install scripts that are forbidden, and other folders.
import { execFileSync } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loopbackDirectly, node, nodeProblem, readText, root } from "../../scripts/tools.mjs";
import { makeClone } from "./support/clone.ts";

// A released archive has no history.
it.skipIf(!existsSync(join(root, ".git")))("a clone of Git for Windows has the same line endings", () => {
  const git = (args: string[], input = "") => execFileSync("git", args, { cwd: root, encoding: "utf8", input });
  const lines = git(["ls-files", "--eol"]).trim().split("\n");
  expect(lines.filter((line) => line.startsWith("i/crlf"))).toEqual([]);
  const texts = lines.filter((line) => !line.startsWith("i/-text")).map((line) => line.split("\t")[1]);
  // The attributes as in a new clone: this one may have its own in .git/info.
  const repository = mkdtempSync(join(tmpdir(), "new-clone-"));
  onTestFinished(() => rmSync(repository, { recursive: true }));
  git(["init", "--quiet", "--bare", repository]);
  const clone = [`--git-dir=${repository}`, `--work-tree=${root}`];
  const attributes = git([...clone, "check-attr", "--stdin", "eol"], texts.join("\n"));
  const others = attributes
    .trim()
    .split("\n")
    .filter((line) => !line.endsWith(": eol: lf"));
  expect(others).toEqual([]);
  expect(attributes.trim().split("\n")).toHaveLength(texts.length);
});

// Without .gitattributes, as after a copy, every text of this repository may have CRLF.
it("tests and scripts read the texts of the repository with LF, whichever line endings they have", () => {
  const sources = globSync(["scripts/**/*.{ts,mjs}", "test/**/*.{ts,mjs}", "packages/*/test/**/*.ts"], {
    cwd: root,
    exclude: ["**/node_modules/**"],
  });
  const reads = sources.flatMap((path) =>
    readText(join(root, path))
      .split(/;$/m)
      .filter((statement) => /\breadFile(?:Sync)?\((?:join\(root|new URL\()[\s\S]*"utf8"/.test(statement))
      .map((statement) => `${path}: ${statement.trim()}`),
  );
  const usesAnyLineEnding = /JSON\.parse\(|\(\s*"\\r\\n"/;
  expect(reads.length).toBeGreaterThan(5);
  expect(reads.filter((statement) => !usesAnyLineEnding.test(statement))).toEqual([]);
});

it.each(["no_proxy", "NO_PROXY"])("tests reach this machine without the proxy, and keep the hosts of %s", (name) => {
  expect(loopbackDirectly({ [name]: "example.com", HTTP_PROXY: "http://proxy.example.com:3128" })).toEqual({
    NO_PROXY: "example.com,localhost,127.0.0.1",
    no_proxy: "example.com,localhost,127.0.0.1",
  });
  // What Vitest has set for this test.
  expect(process.env["NO_PROXY"]).toMatch(/(^|,)localhost,127\.0\.0\.1$/);
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

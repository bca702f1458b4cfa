// Every requirement names the tests that prove it, and every one of these tests exists.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readText } from "../../scripts/tools.mjs";
import { root } from "./markdown.ts";
import * as areas from "./requirements.ts";

const requirements = Object.values(areas).flat();
const tests = requirements.flatMap(({ id, tests: named }) =>
  named.map((test) => {
    const [file = "", name = ""] = test.split(/ > (.*)/);
    return [id, file, name] as const;
  }),
);

describe("requirements", () => {
  it("name over a hundred tests", () => expect(tests.length).toBeGreaterThan(100));

  it.each(requirements.map(({ id, tests: named }) => [id, named] as const))("%s has a test", (_id, named) => {
    expect(named.length).toBeGreaterThan(0);
  });

  it.each(tests)("%s: %s has a test named: %s", (_id, file, name) => {
    const path = join(root, file);
    expect(name).not.toBe("");
    expect(existsSync(path)).toBe(true);
    expect(readText(path)).toContain(name);
  });
});

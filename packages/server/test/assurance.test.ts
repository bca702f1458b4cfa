// docs/assurance.md names the test that shows each rule. Here every one of these names must exist.
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../../", import.meta.url);
const document = readFileSync(new URL("docs/assurance.md", root), "utf8");
const named = [...document.matchAll(/`([\w/.-]+\.(?:test|spec)\.ts)` "([^"]+)"/g)].map(([, file = "", name = ""]) => [
  file,
  name,
]);

it("names over a hundred tests", () => expect(named.length).toBeGreaterThan(100));

it.each(named)("%s has a test that begins: %s", (file, name) => {
  const path = new URL(file, root);
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, "utf8")).toContain(name);
});

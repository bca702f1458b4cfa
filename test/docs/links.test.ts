// Links inside the repository have a target, and the index lists every guide.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentAt, documents, headingsOf, linksOf, resolveLink, root } from "./markdown.ts";

const isInside = (target: string) => !/^[a-z]+:/.test(target);

describe("links", () => {
  it.each(documents.map((document) => [document.path, document] as const))("of %s resolve", (_path, document) => {
    const dead = linksOf(document)
      .filter(isInside)
      .filter((target) => {
        const { path, anchor } = resolveLink(document, target);
        if (!existsSync(join(root, path))) return true;
        if (anchor === "" || !path.endsWith(".md")) return false;
        return !headingsOf(documentAt(path)).some((heading) => heading.anchor === anchor);
      });
    expect(dead).toEqual([]);
  });

  it("to other hosts are https, except for localhost", () => {
    const insecure = documents.flatMap(linksOf).filter((target) => /^http:\/\/(?!localhost|127\.0\.0\.1)/.test(target));
    expect(insecure).toEqual([]);
  });
});

describe("the index", () => {
  const index = documentAt("docs/README.md");
  const linked = linksOf(index).map((target) => resolveLink(index, target).path);
  const wanted = documents.map(({ path }) => path).filter((path) => path.startsWith("docs/") && path !== index.path);

  it("lists every document below docs", () => {
    const folders = linked.filter((path) => !path.endsWith(".md"));
    const missing = wanted.filter(
      (path) => !linked.includes(path) && !folders.some((folder) => path.startsWith(folder)),
    );
    expect(missing).toEqual([]);
  });

  it("is linked from the README", () => {
    const readme = documentAt("README.md");
    expect(linksOf(readme).map((target) => resolveLink(readme, target).path)).toContain("docs/README.md");
  });
});

// What is in the tarballs and in their package.json.
import { join, posix } from "node:path";
import { describe, expect, inject, it } from "vitest";
import { publishedPackages } from "../../scripts/pack.mjs";
import { readText, root } from "../../scripts/tools.mjs";

const tarballs = inject("tarballs");
const packages = publishedPackages();
const readPacked = (directory: string, file: string) => readText(join(root, directory, file));

it("Five packages are published", () => {
  expect(packages.map(({ name }) => name).sort()).toEqual([
    "@teams-token-exchange/client",
    "@teams-token-exchange/emulator",
    "@teams-token-exchange/rules",
    "@teams-token-exchange/server",
    "teams-token-exchange",
  ]);
});

it("All packages have the same version and refer to each other by it", () => {
  const versions = packages.flatMap(({ manifest }) => [
    manifest.version,
    ...Object.entries({ ...manifest.dependencies, ...manifest.devDependencies })
      .filter(([name]) => packages.some((other) => other.name === name))
      .map(([, version]) => version),
  ]);
  expect(new Set(versions).size).toBe(1);
});

describe.each(packages)("$name", ({ name, directory, manifest }) => {
  const files = tarballs[name]?.files ?? [];

  it("says where it comes from and what it needs", () => {
    expect(manifest.repository).toMatchObject({ type: "git", directory });
    expect(manifest.license).toBe("MIT");
    expect(manifest.engines?.node).toBe(">=22.18.0");
    expect(manifest.type).toBe("module");
    expect(manifest).toHaveProperty("sideEffects");
    expect(manifest.scripts).toHaveProperty("prepack");
    expect(manifest.publishConfig?.access).toBe("public");
  });

  it("has a README and a LICENSE", () => {
    expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "package.json"]));
  });

  it("names the types of every entry first, and has the files that its entries and commands name", () => {
    const named = Object.values(manifest.bin ?? {});
    for (const [entry, target] of Object.entries(manifest.exports ?? {})) {
      if (typeof target === "string") {
        expect(entry).toBe("./package.json");
      } else {
        expect(Object.keys(target)[0]).toBe("types");
        named.push(...Object.values(target));
      }
    }
    expect(named.length).toBeGreaterThan(0);
    expect(files).toEqual(expect.arrayContaining(named.map((path) => posix.normalize(path))));
  });

  it("has no tests and no leftovers of the build", () => {
    expect(files.filter((file) => /\.test\.|(^|\/)tests?\/|\.tsbuildinfo$|compile-cache/.test(file))).toEqual([]);
  });

  it("has source maps only with their sources", () => {
    const missing = files
      .filter((file) => file.endsWith(".map"))
      .flatMap((file) => {
        const { sources, sourcesContent } = JSON.parse(readPacked(directory, file));
        if (sourcesContent?.every((content: unknown) => typeof content === "string")) return [];
        return sources
          .map((source: string) => posix.join(posix.dirname(file), source))
          .filter((source: string) => !files.includes(source))
          .map((source: string) => `${file} needs ${source}`);
      });
    expect(missing).toEqual([]);
    const maps = files
      .filter((file) => /\.(js|css)$/.test(file))
      .flatMap((file) => /^\/\/# sourceMappingURL=(?!data:)(\S+)\s*$/m.exec(readPacked(directory, file))?.[1] ?? [])
      .filter((map) => !files.some((file) => file.endsWith(`/${map}`)));
    expect(maps).toEqual([]);
  });

  it("contains nothing of the Calling SDK, whose licence forbids redistribution", () => {
    // A word that is common in the SDK and does not occur in our code.
    const withSdk = files
      .filter((file) => /\.m?js$/.test(file))
      .filter((file) => /trouter/i.test(readPacked(directory, file)));
    expect(withSdk).toEqual([]);
    expect(JSON.stringify(manifest.dependencies ?? {})).not.toContain("communication-calling");
  });
});

it("The emulator depends on no other package of ours and on nothing of Azure, except for the types of the calling module", () => {
  const emulator = packages.find(({ name }) => name === "@teams-token-exchange/emulator");
  const { dependencies, peerDependencies, peerDependenciesMeta } = emulator?.manifest ?? {};
  const optional = Object.keys(peerDependenciesMeta ?? {}).filter((name) => peerDependenciesMeta?.[name]?.optional);
  const needed = Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !optional.includes(name));
  expect(needed.filter((name) => name.startsWith("@azure/") || packages.some((other) => other.name === name))).toEqual(
    [],
  );
  expect(optional.toSorted()).toEqual(["@azure/communication-calling", "@azure/communication-common"]);
  const imports = (tarballs["@teams-token-exchange/emulator"]?.files ?? [])
    .filter((file) => file.endsWith(".js"))
    .filter((file) => /(from|import) ?\(?"@azure\//.test(readPacked("packages/emulator", file)));
  expect(imports).toEqual([]);
});

it("The README of every package links only to files that are in it, or to addresses", () => {
  const broken = packages.flatMap(({ name, directory }) => {
    const links = [...readPacked(directory, "README.md").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
      ([, to = ""]) => to,
    );
    return links
      .filter((to) => !tarballs[name]?.files.includes(posix.normalize(to)))
      .map((to) => `${directory}: ${to}`);
  });
  expect(broken).toEqual([]);
});

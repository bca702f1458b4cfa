// Reads the documents of the repository for tests: text, fenced blocks, headings, links, inline code.
import { readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import GithubSlugger from "github-slugger";
import { readText } from "../../scripts/tools.mjs";

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface Fence {
  /** The words after the opening backticks, such as `sh azure`. */
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

export interface Document {
  /** Relative to the root folder. */
  readonly path: string;
  readonly text: string;
  readonly fences: readonly Fence[];
  /** The text with empty lines instead of fenced blocks, so that line numbers stay the same. */
  readonly prose: string;
}

const isSkipped = (name: string) => name.startsWith(".") || ["node_modules", "dist", "test-results"].includes(name);

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !isSkipped(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownBelow(path);
      return entry.name.endsWith(".md") ? [path] : [];
    });
}

function read(path: string): Document {
  const text = readText(path);
  const fences: Fence[] = [];
  const prose = text.replace(
    /^( *)```([^\n`]*)\n([\s\S]*?)\n?^ *```$/gm,
    (block, indent: string, info: string, inside) => {
      const line = text.slice(0, text.indexOf(block)).split("\n").length;
      const unindented = String(inside).replaceAll(new RegExp(`^${indent}`, "gm"), "");
      fences.push({ info: info.trim(), text: unindented, line });
      return block.replace(/[^\n]/g, "");
    },
  );
  return { path: relative(root, path), text, fences, prose };
}

/** Every Markdown file of the repository. */
export const documents: readonly Document[] = markdownBelow(root).map(read);

/** The document with this path. */
export function documentAt(path: string): Document {
  const found = documents.find((document) => document.path === path);
  if (!found) throw new Error(`There is no document ${path}.`);
  return found;
}

/** Headings with their anchors on GitHub. */
export function headingsOf({ prose }: Document): { level: number; text: string; anchor: string }[] {
  const slugger = new GithubSlugger();
  return [...prose.matchAll(/^(#{1,6}) +(.+?) *$/gm)].map(([, marks = "", text = ""]) => {
    const plain = text.replaceAll("`", "").replace(/\[([^\]]*)\]\([^)]*\)/g, "$1");
    return { level: marks.length, text: plain, anchor: slugger.slug(plain) };
  });
}

/** Inline code: the text between single backticks. */
export const inlineCode = ({ prose }: Document): string[] =>
  [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);

/** Targets of links and images, without inline code that looks like a link. */
export const linksOf = ({ prose }: Document): string[] =>
  [...prose.replace(/`[^`\n]*`/g, "").matchAll(/\]\(([^)\s]+)(?: "[^"]*")?\)/g)].map(([, target = ""]) => target);

/** The file and the anchor to which a link inside the repository leads. */
export function resolveLink({ path }: Document, target: string): { path: string; anchor: string } {
  const [file = "", anchor = ""] = target.split("#");
  const from = join(root, path);
  return { path: relative(root, file === "" ? from : resolve(dirname(from), file)), anchor };
}

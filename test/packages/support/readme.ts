// The code blocks of a package's README. They are run word for word.
import { join } from "node:path";
import { publishedPackages } from "../../../scripts/pack.mjs";
import { readText, root } from "../../../scripts/tools.mjs";

export interface CodeBlock {
  /** `js`, `ts`, `sh` and so on. */
  language: string;
  /** The file that the block belongs in, if the README names it behind the language. */
  file: string | undefined;
  text: string;
}

export function codeBlocks(packageName: string): CodeBlock[] {
  const directory = publishedPackages().find(({ name }) => name === packageName)?.directory;
  if (directory === undefined) throw new Error(`${packageName} is not published`);
  const markdown = readText(join(root, directory, "README.md"));
  return [...markdown.matchAll(/^```(\w+)(?: +(\S+))?[^\n]*\n(.*?)^```$/gms)].map(
    ([, language = "", file, text = ""]) => ({ language, file, text }),
  );
}

/** The first block in one of these languages. */
export function firstBlock(packageName: string, ...languages: string[]): string {
  const block = codeBlocks(packageName).find(({ language }) => languages.includes(language));
  if (!block) throw new Error(`The README of ${packageName} has no code block in ${languages.join(" or ")}`);
  return block.text;
}

/** What the README tells people to install: the packages behind each `npm install`. */
export function installedByReadme(packageName: string): string[] {
  const commands = firstBlock(packageName, "sh").matchAll(/^npm install (.*)$/gm);
  return [...commands].flatMap(([, packages = ""]) => packages.split(/\s+/).filter((word) => !word.startsWith("-")));
}

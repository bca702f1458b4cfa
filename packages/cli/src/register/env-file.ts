// The block that register keeps in an .env file: everything outside of it stays as it is, and undo takes it out again.
import { chmodSync, existsSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { Advice } from "../command/failures.ts";

const begin = "# Written by teams-token-exchange register; its option --undo removes it.";
const end = "# End of what teams-token-exchange register wrote.";
/** The lines of 0.1.0, which are still found. */
const formerBegin = "# Written by npm run register; npm run register -- --undo takes it out again.";
const formerEnd = "# End of what npm run register wrote.";

export type Values = Readonly<Record<string, string>>;

/** A value in the syntax of .env files: quoted if it holds characters that have a meaning there. */
const quoted = (value: string): string => (/^[\w.,:/@;=+-]*$/.test(value) ? value : `'${value}'`);

const escaped = (line: string) => line.replaceAll(/[.*()]/g, "\\$&");
const formOf = (first: string, last: string) => `${escaped(first)}\\n[\\s\\S]*?${escaped(last)}`;
const blockForm = new RegExp(`\\n*(?:${formOf(begin, end)}|${formOf(formerBegin, formerEnd)})\\n?`);

/** The text without the block. */
export const withoutBlock = (text: string): string =>
  text.replace(blockForm, (_match, offset: number) => (offset === 0 ? "" : "\n"));

const settingOf = (line: string): string | undefined => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];

/** The text with these values in the block, and out of the lines around it; the same text if nothing changes. */
export function withValues(text: string, values: Values): string {
  const rest = withoutBlock(text)
    .split("\n")
    .filter((line) => !Object.hasOwn(values, settingOf(line) ?? ""))
    .join("\n")
    .trimEnd();
  const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`);
  const block = [begin, ...lines, end].join("\n");
  return `${rest === "" ? "" : `${rest}\n\n`}${block}\n`;
}

const draftOf = (file: string) => `${file}.${process.pid}.draft`;

/** Whether others than the owner may read the file. */
export const isOpenToOthers = (file: string): boolean => existsSync(file) && (statSync(file).mode & 0o077) !== 0;

const meaningOfCode: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist, or takes no files",
  ENOTDIR: "a part of its path is a file, not a folder",
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "this user may not write there",
};

/** Writes nothing, but fails as {@link saveText} would: before a tenant is changed. @throws {Advice} */
export function requireWritable(file: string): void {
  const next = "Name another file with --settings-file.";
  if (existsSync(file) && !statSync(file).isFile())
    throw new Advice(`The settings cannot be written to ${file}: it is a folder, a pipe or a device.`, next);
  const draft = draftOf(file);
  try {
    writeFileSync(draft, "", { mode: 0o600 });
    rmSync(draft);
  } catch (cause) {
    const { code = "unknown error" } = cause as NodeJS.ErrnoException;
    const reason = meaningOfCode[code] ?? code;
    throw new Advice(`The settings cannot be written to ${file}: ${reason}.`, next, { cause });
  }
}

/** Writes the file so that only its owner can read it, and replaces it in one step. An empty file is removed. */
export function saveText(file: string, text: string): void {
  if (text.trim() === "") {
    rmSync(file, { force: true });
    return;
  }
  const draft = draftOf(file);
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, file);
  chmodSync(file, 0o600);
}

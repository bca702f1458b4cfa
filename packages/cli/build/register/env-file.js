// The block that register keeps in an .env file: everything outside of it stays as it is, and undo takes it out again.
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
const begin = "# Written by npm run register; npm run register -- --undo takes it out again.";
const end = "# End of what npm run register wrote.";
/** A value as .env files take it: quoted where it holds anything that would be read otherwise. */
const quoted = (value) => (/^[\w.,:/@;=+-]*$/.test(value) ? value : `'${value}'`);
const blockForm = new RegExp(`\\n*${begin.replaceAll(/[.*()]/g, "\\$&")}\\n[\\s\\S]*?${end}\\n?`);
/** The text without the block. */
export const withoutBlock = (text) => text.replace(blockForm, (_match, offset) => (offset === 0 ? "" : "\n"));
const settingOf = (line) => /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=/.exec(line)?.[1];
/** The text with these values in the block, and out of the lines around it; the same text where nothing changes. */
export function withValues(text, values) {
    const rest = withoutBlock(text)
        .split("\n")
        .filter((line) => !Object.hasOwn(values, settingOf(line) ?? ""))
        .join("\n")
        .trimEnd();
    const lines = Object.entries(values).map(([name, value]) => `${name}=${quoted(value)}`);
    const block = [begin, ...lines, end].join("\n");
    return `${rest === "" ? "" : `${rest}\n\n`}${block}\n`;
}
/** Reads a file that may not be there. */
export const readText = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");
/** Whether others than the owner may read the file. */
export const isOpenToOthers = (file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0;
/** Writes the file for its owner alone, whole or not at all; an empty one is removed. */
export function saveText(file, text) {
    if (text.trim() === "") {
        rmSync(file, { force: true });
        return;
    }
    const draft = `${file}.${process.pid}.draft`;
    writeFileSync(draft, text, { mode: 0o600 });
    renameSync(draft, file);
    chmodSync(file, 0o600);
}

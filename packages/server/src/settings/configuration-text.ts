// Reads every text that configures the server: .env, and the files of secrets. Editors, PowerShell and secret stores leave a byte
// order mark, UTF-16 or line breaks of Windows behind. What cannot be read without a doubt is refused, because a setting that is
// lost silently may be one that protects something.
import { closeSync, openSync, readSync } from "node:fs";
import { accept, type Result, refuse } from "@teams-token-exchange/rules";

/** A configuration is a few kilobytes. */
const maxBytes = 1024 * 1024;

/** What is wrong with a file, as the end of a sentence that starts with its name. */
type FileRefusal = string;

const meaningOfCode: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  EACCES: "this user may not read it",
  EPERM: "this user may not read it",
  EISDIR: "it is a folder",
};

/** Reads at most a little more than is allowed: also from a pipe or a device, which have no size. */
function readBytes(file: string): Buffer {
  const descriptor = openSync(file, "r");
  try {
    const chunks: Buffer[] = [];
    for (let total = 0; total <= maxBytes; ) {
      const chunk = Buffer.alloc(64 * 1024);
      const count = readSync(descriptor, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(descriptor);
  }
}

/** With its byte order mark, or without: text of settings in UTF-16 has a zero byte in most characters, UTF-8 has none. */
const isUtf16 = (bytes: Buffer) =>
  bytes.subarray(0, 2).equals(Buffer.of(0xff, 0xfe)) ||
  bytes.subarray(0, 2).equals(Buffer.of(0xfe, 0xff)) ||
  bytes.includes(0);

/**
 * The text of a file in UTF-8, without a byte order mark and with line breaks of Unix.
 *
 * @returns the text, or what is wrong with the file: the end of a sentence that starts with its name, without its contents
 */
export function readConfigurationText(file: string): Result<string, FileRefusal> {
  try {
    const bytes = readBytes(file);
    if (bytes.length > maxBytes) return refuse("is larger than 1 MiB, which no configuration is");
    if (isUtf16(bytes)) return refuse("is saved as UTF-16; save it as UTF-8");
    return accept(new TextDecoder("utf-8", { fatal: true }).decode(bytes).replaceAll("\r\n", "\n"));
  } catch (error) {
    const { code = "unknown error" } = error as { code?: string };
    if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return refuse("is not valid UTF-8; save it as UTF-8");
    const meaning = meaningOfCode[code];
    return refuse(`cannot be read: ${meaning === undefined ? code : `${meaning} (${code})`}`);
  }
}

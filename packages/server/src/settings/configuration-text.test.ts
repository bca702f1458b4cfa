import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readConfigurationText } from "./configuration-text.ts";

const folder = mkdtempSync(join(tmpdir(), "text-"));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string | Buffer) {
  const file = join(folder, "file");
  writeFileSync(file, content);
  return readConfigurationText(file);
}

describe("configuration text", () => {
  it.each([
    ["with a byte order mark", "\ufeffPORT=1\n"],
    ["with line breaks of Windows", "PORT=1\r\n"],
    ["as it should be", "PORT=1\n"],
  ])("%s is read without it", (_what, content) => {
    expect(read(content)).toEqual({ ok: true, value: "PORT=1\n" });
  });

  it("keeps letters of every language", () => {
    expect(read("NAME=żółć 電話\n")).toEqual({ ok: true, value: "NAME=żółć 電話\n" });
  });

  const utf16 = Buffer.from("\ufeffPORT=1\r\n", "utf16le");
  it.each([
    ["UTF-16, as PowerShell writes it", utf16, "is saved as UTF-16; save it as UTF-8"],
    ["UTF-16 of the other byte order", Buffer.from(utf16).swap16(), "is saved as UTF-16; save it as UTF-8"],
    ["UTF-16 without a mark", utf16.subarray(2), "is saved as UTF-16; save it as UTF-8"],
    ["Latin-1", Buffer.from("NAME=caf\xe9\n", "latin1"), "is not valid UTF-8; save it as UTF-8"],
    ["a megabyte and more", Buffer.alloc(1024 * 1024 + 1, "a"), "is larger than 1 MiB, which no configuration is"],
  ])("%s is refused with the remedy", (_what, content, reason) => {
    expect(read(content)).toEqual({ ok: false, reason });
  });

  it.each([
    ["nothing", join(folder, "nowhere"), "cannot be read: it does not exist (ENOENT)"],
    ["a folder", folder, "cannot be read: it is a folder (EISDIR)"],
    ["a device without an end", "/dev/zero", "is larger than 1 MiB, which no configuration is"],
  ])("%s is refused", (_what, file, reason) => {
    expect(readConfigurationText(file)).toEqual({ ok: false, reason });
  });
});

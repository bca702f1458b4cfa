// Where commands read settings from: the environment, and .env as people and their editors write it.
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { loadEnvironment, readEnvironment } from "../src/command/environment.ts";
import { temporaryFolder, writeFileOf } from "./support.ts";

/** A folder's .env with this content. */
function envFile(content: string | Buffer): string {
  const folder = temporaryFolder();
  writeFileOf(folder, ".env", content);
  return `${folder}/.env`;
}

describe(".env", () => {
  it.each([
    ["with a byte order mark", "\ufeffFIRST=1\nSECOND=2\n"],
    ["with line breaks of Windows", "FIRST=1\r\nSECOND=2\r\n"],
    ["without a line break at its end", "FIRST=1\nSECOND=2"],
  ])("%s keeps every setting, the first one too", (_what, content) => {
    expect(readEnvironment({}, envFile(content)).inFile).toEqual({ FIRST: "1", SECOND: "2" });
  });

  it("in UTF-16 is refused by its name, with the remedy", () => {
    const file = envFile(Buffer.from("\ufeffFIRST=1\r\n", "utf16le"));
    expect(() => readEnvironment({}, file)).toThrow(
      `The settings cannot be read: ${file} is saved as UTF-16; save it as UTF-8.`,
    );
  });

  it("that is a folder, as Docker makes it for a missing file, is refused", () => {
    expect(() => readEnvironment({}, temporaryFolder())).toThrow("it is a folder (EISDIR)");
  });

  it("need not be there", () => {
    expect(readEnvironment({ FIRST: "1" }, "/nowhere/.env")).toEqual({ env: { FIRST: "1" }, inFile: {} });
  });

  it("gives way to variables that are set; an empty one is not set", () => {
    const { env } = readEnvironment({ FIRST: "environment", SECOND: " " }, envFile("FIRST=file\nSECOND=file\n"));
    expect(env).toEqual({ FIRST: "environment", SECOND: "file" });
  });
});

describe("the environment of a server", () => {
  it("reaches the libraries that read it themselves, without empty variables", () => {
    vi.stubEnv("AZURE_CLIENT_ID", "");
    vi.stubEnv("OTEL_SERVICE_NAME", "from-environment");
    vi.stubEnv("AZURE_TENANT_ID", undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    loadEnvironment(envFile("OTEL_SERVICE_NAME=from-file\nAZURE_TENANT_ID=from-file\n"));
    expect(process.env).toMatchObject({ OTEL_SERVICE_NAME: "from-environment", AZURE_TENANT_ID: "from-file" });
    expect(process.env).not.toHaveProperty("AZURE_CLIENT_ID");
  });
});

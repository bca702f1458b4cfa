// npm run tpe as an operator runs it, from the build, against the emulator.
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { runCommand } from "./support/process.ts";
import { environmentFor, freshEmulator } from "./support/world.ts";

const program = fileURLToPath(new URL("../dist/tpe-cli.js", import.meta.url));

/** The command, with the settings of a server that uses the emulator. */
async function tpe(words: string[], settings: Record<string, string> = {}) {
  const env = { ...environmentFor(await emulator), ...settings };
  const { printed, ended } = runCommand(process.execPath, [program, ...words], { env });
  return { status: await ended, ...printed };
}

const emulator = freshEmulator();
const ids = async () => {
  const { tenantId, oid } = (await emulator).user("ada");
  return [tenantId, oid];
};

it("assigns, lists and removes", async () => {
  const who = await ids();
  const clientId = (await emulator).registration("spa").appId;
  expect(await tpe(["list", ...who])).toMatchObject({ status: 0, out: `${who.join(" ")} is not assigned.\n` });
  const line = `user ${who.join(" ")} is assigned, with ${clientId}.\n`;
  expect(await tpe(["assign", "user", ...who, "--clients", clientId])).toMatchObject({ status: 0, out: line });
  expect(await tpe(["list", ...who])).toMatchObject({ status: 0, out: line });
  const anyClient = `resourceAccount ${who.join(" ")} is assigned, with any client.\n`;
  expect(await tpe(["assign", "resourceAccount", ...who])).toMatchObject({ status: 0, out: anyClient });
  const removed = { status: 0, out: `${who.join(" ")} is not assigned any more.\n` };
  expect(await tpe(["remove", ...who])).toMatchObject(removed);
  expect(await tpe(["remove", ...who])).toMatchObject(removed);
  expect(await tpe(["list", ...who])).toMatchObject({ status: 0, out: `${who.join(" ")} is not assigned.\n` });
});

it("says what ACS said where it did not do it, and no secret", async () => {
  const key = "A".repeat(44);
  const settings = { ACS_CONNECTION_STRING: `endpoint=${(await emulator).origin}/;accesskey=${key}` };
  const { status, err } = await tpe(["list", ...(await ids())], settings);
  expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining("own-key-refused, status 401, Denied") });
  expect(err).not.toContain(key);
});

it("says how it is used, and which settings are missing", async () => {
  expect(await tpe(["assign"])).toMatchObject({ status: 1, err: expect.stringContaining("Usage: npm run tpe --") });
  const { status, err } = await tpe(["list", ...(await ids())], { ENTRA_TENANT_ID: "" });
  expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining("ENTRA_TENANT_ID is missing") });
});

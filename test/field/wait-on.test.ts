// wait-on, unmodified, as scripts and CI jobs use it: it asks with HEAD until the address answers.
import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { startEmulator } from "@teams-token-exchange/emulator";
import { expect, it, onTestFinished } from "vitest";
import { startServer } from "../../packages/server/test/support/world.ts";

const bin = join(dirname(createRequire(import.meta.url).resolve("wait-on/package.json")), "bin/wait-on");

/** Runs wait-on to its end. It rejects if an address does not answer in time. */
const waitOn = (addresses: string[], timeout = 20_000) =>
  promisify(execFile)(process.execPath, [bin, "--timeout", String(timeout), "--interval", "50", ...addresses]);

it("finds the emulator at its addresses", async () => {
  const { origin, close, tenant } = await startEmulator();
  onTestFinished(() => close());
  const { id } = tenant("northwharf");
  const addresses = ["/emulator", `/${id}/v2.0/.well-known/openid-configuration`, `/${id}/discovery/v2.0/keys`];
  for (const scheme of ["", "http-get://"])
    await waitOn(addresses.map((path) => (scheme ? origin.replace("http://", scheme) : origin) + path));
});

it("finds the server at its addresses, and nothing at others", async () => {
  const { url } = await startServer();
  await waitOn(["/livez", "/readyz", "/api/config", "/problems"].map((path) => url + path));
  await expect(waitOn([`${url}/nowhere`], 500)).rejects.toThrow("Timed out");
});

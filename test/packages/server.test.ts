// Installs @teams-token-exchange/server as npm users do, and runs its README.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../packages/emulator/src/start-emulator.ts";
import { exchangeOnce, settingsFor } from "./support/exchange.ts";
import { createProject } from "./support/project.ts";
import { firstBlock, installedByReadme } from "./support/readme.ts";

const name = "@teams-token-exchange/server";
const project = createProject();
let emulator: Emulator;

beforeAll(async () => {
  [emulator] = await Promise.all([startEmulator(), project.install(...installedByReadme(name))]);
});
afterAll(() => emulator.close());

it("The code of its README exchanges tokens", async () => {
  project.write("readme.mjs", firstBlock(name, "js"));
  const server = project.start("node", ["readme.mjs"], { env: { ...settingsFor(emulator), PORT: "0" } });
  const [, origin = ""] = await server.until(/(http:\/\/127\.0\.0\.1:\d+)/);
  expect(await exchangeOnce(origin, emulator)).toEqual({
    status: 200,
    body: { token: expect.any(String), expiresOn: expect.any(String) },
  });
});

it("It brings at most 95 packages", () => {
  expect(project.installed().length).toBeLessThanOrEqual(95);
});

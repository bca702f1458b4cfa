// Installs @teams-token-exchange/client as npm users do, in a new Vite app with strict TypeScript.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../packages/emulator/src/start-emulator.ts";
import { readConfig } from "../../packages/server/src/index.ts";
import { createPatientApp } from "../../packages/server/test/support/patient-app.ts";
import { consent } from "../e2e/support/token-page.ts";
import { launchChromium, noChromium } from "./support/chromium.ts";
import { settingsFor } from "./support/exchange.ts";
import { createProject } from "./support/project.ts";
import { codeBlocks, installedByReadme } from "./support/readme.ts";

const name = "@teams-token-exchange/client";
const tools = ["vite@8.3.8", "typescript@7.0.2", "@types/node@24.19.2"];

/** As strict as TypeScript can be, for the types of all packages as well. */
const strict = {
  target: "ES2023",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
  module: "ESNext",
  moduleResolution: "bundler",
  // Types of @azure/communication-common need those of Node.
  types: ["node"],
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  verbatimModuleSyntax: true,
  skipLibCheck: false,
  noEmit: true,
};

const project = createProject();

beforeAll(async () => {
  await project.install(...installedByReadme(name), ...tools);
  project.write("tsconfig.json", JSON.stringify({ compilerOptions: strict, include: ["**/*.ts"] }));
  for (const { file, text } of codeBlocks(name)) if (file !== undefined) project.write(file, text);
});

it("The files of its README have no type errors in a strict app", async () => {
  expect(await project.run("npx", ["--no-install", "tsc"])).toEqual({ status: 0, output: "" });
});

it("No React comes with it", () => {
  expect(project.installed().filter((path) => /react|fluentui/.test(path))).toEqual([]);
});

it("Its main entry has at most 15 kB (gzip) without peer dependencies", async () => {
  project.write("size/entry.js", `export * from "${name}";`);
  project.write(
    "size/vite.config.js",
    `export default {
      root: import.meta.dirname,
      build: { lib: { entry: "entry.js", formats: ["es"] }, rolldownOptions: { external: [/^@azure/, "react"] } },
    };`,
  );
  expect(await project.run("npx", ["--no-install", "vite", "build", "-c", "size/vite.config.js"])).toMatchObject({
    status: 0,
  });
  const folder = join(project.folder, "size/dist");
  const code = readdirSync(folder).map((file) => readFileSync(join(folder, file)));
  expect(gzipSync(Buffer.concat(code)).length).toBeLessThanOrEqual(15_000);
});

it("The app of its README builds, signs a user in and gets a token", async ({ skip }) => {
  expect(await project.run("npx", ["--no-install", "vite", "build"])).toMatchObject({ status: 0 });
  expect(existsSync(join(project.folder, "dist/redirect.html"))).toBe(true);

  skip(noChromium !== undefined, noChromium);
  const preview = project.start("npx", ["--no-install", "vite", "preview", "--host", "localhost", "--port", "0"]);
  const [origin] = await preview.until(/http:\/\/localhost:[1-9]\d*/);
  const server = await startServer(origin);
  // The README's app asks http://localhost:3000, which is the server's port unless PORT says otherwise.
  const browser = await launchChromium(`localhost:3000 ${new URL(server.origin).host}`);
  try {
    const page = await browser.newPage();
    page.setDefaultTimeout(150_000);
    await page.goto(origin);
    const opening = page.waitForEvent("popup");
    await page.getByRole("button").click();
    const popup = await opening;
    await popup.getByRole("button", { name: "ada@northwharf.example" }).click();
    await consent(popup);
    await expect.poll(() => page.getByRole("button").innerText()).toBe("Ready for calls");
    expect(server.emulator.requestCount("CommunicationIdentity_ExchangeTeamsUserAccessToken")).toBe(1);
  } finally {
    await browser.close();
    await server.close();
  }
});

async function startServer(allowedOrigin: string) {
  const emulator: Emulator = await startEmulator();
  const config = readConfig({ ...settingsFor(emulator), ALLOWED_ORIGINS: allowedOrigin });
  const app = await createPatientApp(config, { logDestination: { write: () => {} } });
  return {
    emulator,
    origin: await app.listen({ port: 0, host: "127.0.0.1" }),
    async close() {
      await app.close();
      await emulator.close();
    },
  };
}

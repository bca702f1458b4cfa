// Installs the command line as npm users do, and runs every command, two of them through npx as its README does.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../packages/emulator/src/start-emulator.ts";
import { publishedPackages } from "../../scripts/pack.mjs";
import { root } from "../../scripts/tools.mjs";
import type { Deployment } from "../e2e/support/deployment.ts";
import { TokenPage } from "../e2e/support/token-page.ts";
import { launchChromium, noChromium } from "./support/chromium.ts";
import { exchangeOnce, settingsFor } from "./support/exchange.ts";
import { createProject, type Outcome, type RunOptions } from "./support/project.ts";
import { firstBlock } from "./support/readme.ts";

const name = "teams-token-exchange";
const commands = ["demo", "serve", "emulator", "register", "doctor", "explain", "deny", "assign"];
const version = publishedPackages().find((one) => one.name === name)?.manifest.version;

const project = createProject();
let emulator: Emulator;
let settings: Record<string, string>;

beforeAll(async () => {
  [emulator] = await Promise.all([startEmulator({ tlsPort: 0 }), project.install(name)]);
  settings = settingsFor(emulator);
});
afterAll(() => emulator.close());

const inNpx = (args: string[]): [string, string[]] => ["npx", ["--no-install", name, ...args]];
/** What npx starts. npx itself adds more than half a second of CPU time. */
const installed = join(project.folder, "node_modules", ".bin", name);
const run = (args: string[], options?: RunOptions): Promise<Outcome> => project.run(installed, args, options);
const start = (args: string[], options?: RunOptions) => project.start(installed, args, options);

/** A port that is free now. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return String(port);
}

it("The README starts with a command that this package has", () => {
  expect(firstBlock(name, "sh")).toMatch(new RegExp(`^npx ${name} (${commands.join("|")})\\b`, "m"));
});

it("--version prints the version of the package", async () => {
  expect(await project.run(...inNpx(["--version"]))).toEqual({ status: 0, output: `${version}\n` });
});

it("--help names every command, and every command has its own --help", async () => {
  const [all, ...each] = await Promise.all([run(["--help"]), ...commands.map((command) => run([command, "--help"]))]);
  expect(all).toMatchObject({ status: 0 });
  for (const command of commands) expect(all?.output).toMatch(new RegExp(`^ +${command}\\b`, "m"));
  for (const [index, command] of commands.entries()) {
    expect(each[index]).toEqual({ status: 0, output: expect.stringContaining(`Usage: ${name} ${command}`) });
  }
});

it("An unknown command or option is an error that suggests the nearest one", async () => {
  const [command, option] = await Promise.all([run(["sevre"]), run(["doctor", "--jsno"])]);
  expect(command).toEqual({ status: 2, output: expect.stringMatching(/Did you mean serve\?/) });
  expect(option).toEqual({ status: 2, output: expect.stringMatching(/Did you mean --json\?/) });
});

it("serve exchanges tokens and stops on a signal", async () => {
  const server = project.start(...inNpx(["serve"]), { env: { ...settings, PORT: "0" } });
  const [, origin = ""] = await server.until(/(http:\/\/127\.0\.0\.1:\d+)/);
  expect(await exchangeOnce(origin, emulator)).toMatchObject({ status: 200 });
  const page = await fetch(origin);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect((await server.stop()).output).toContain("closing");
});

it("serve names a missing setting", async () => {
  const { ENTRA_TENANT_ID: _, ...others } = settings;
  expect(await run(["serve"], { env: others })).toEqual({
    status: 1,
    output: expect.stringContaining("ENTRA_TENANT_ID"),
  });
});

it("emulator starts and prints the connection string", async () => {
  const started = start(["emulator", "--port", "0", "--tls-port", "0"]);
  const [origin] = await started.until(/http:\/\/localhost:[1-9]\d*/);
  await started.until(/accesskey=/);
  expect((await fetch(`${origin}/emulator`)).status).toBe(200);
});

it("register shows what it would create, and needs a user who signs in", async () => {
  const withoutTenant = await run(["register", "--dry-run"]);
  expect(withoutTenant).toEqual({ status: 2, output: expect.stringContaining("--tenant") });
  // The Entra library insists on https. The emulator asks for a sign-in, and this test does not sign in.
  project.write("ca.pem", emulator.caCertificate ?? "");
  const secure = { ENTRA_AUTHORITY: emulator.httpsOrigin ?? "", NODE_EXTRA_CA_CERTS: join(project.folder, "ca.pem") };
  const dryRun = start(["register", "--dry-run"], { env: { ...settings, ...secure } });
  await dryRun.until(/enter the code [A-Z0-9]+/i);
});

it("doctor checks a deployment", async () => {
  const { status, output } = await run(["doctor", "--no-graph", "--json"], { env: settings });
  expect([0, 1, 2]).toContain(status);
  expect(JSON.parse(output.slice(output.indexOf("{")))).toMatchObject({ findings: expect.any(Array) });
});

it("explain says what a token is and refuses tokens in arguments", async () => {
  const token = await emulator.issueToken({ resource: "teams", user: "ada", client: "spa" });
  const explained = await run(["explain"], { env: settings, input: token });
  expect(explained).toEqual({ status: 0, output: expect.stringMatching(/Teams token/) });
  const refused = await run(["explain", token]);
  expect(refused.status).toBe(2);
  expect(refused.output).not.toContain(token);
});

it("deny says that it needs Redis", async () => {
  expect(await run(["deny", "list"])).toEqual({ status: 1, output: expect.stringContaining("REDIS_URL") });
});

it("assign assigns a user, and lists what is assigned", async () => {
  const { tenantId, oid } = emulator.user("ada");
  expect(await run(["assign", "user", tenantId, oid], { env: settings })).toEqual({
    status: 0,
    output: expect.stringContaining("is assigned"),
  });
  expect(await run(["assign", "user", tenantId, "ada"], { env: settings })).toMatchObject({ status: 2 });
});

describe("demo", () => {
  async function startDemo() {
    const [port, emulatorPort] = await Promise.all([freePort(), freePort()]);
    const demo = start(["demo", "--port", port, "--emulator-port", emulatorPort]);
    const [, seconds = ""] = await demo.until(/Ready in (\d+\.?\d*) s/);
    return { demo, origin: `http://localhost:${port}`, seconds: Number(seconds) };
  }

  it("leads to a signed-in exchange in Chromium, and a second start is fast", async ({ skip }) => {
    skip(noChromium !== undefined, noChromium);
    const first = await startDemo();
    const browser = await launchChromium();
    try {
      const user = { upn: "ada@northwharf.example" };
      const deployment = { origin: first.origin, emulator: { user: () => user } } as unknown as Deployment;
      const tokenPage = new TokenPage(await browser.newPage(), deployment);
      await tokenPage.open();
      await tokenPage.signIn();
      await tokenPage.getTokens();
      await tokenPage.exchange();
      await tokenPage.expectDone("Exchange");
    } finally {
      await browser.close();
    }
    await first.demo.stop();

    const warm = await startDemo();
    process.stdout.write(`demo: ready in ${first.seconds} s, and from a warm start in ${warm.seconds} s\n`);
    // 3 s on an idle machine. Other tests run in parallel.
    expect(warm.seconds).toBeLessThan(15);
  });
});

describe("The notices of third parties", () => {
  const read = (file: string) => readFileSync(join(project.folder, "node_modules", name, file), "utf8");
  const dependenciesOf = (directory: string): Record<string, string> =>
    JSON.parse(readFileSync(join(root, directory, "package.json"), "utf8")).dependencies;
  const isBundled = (dependency: string) => !dependency.includes("teams-token-exchange");

  /** The packages that the text names, each with a separate licence text. */
  const namedIn = (notices: string) =>
    notices
      .split(/^-{80}$/m)
      .filter((section) => section.split("\n").length > 6)
      .flatMap((section) => /^(\S+) \d\S* \(/.exec(section.trim())?.[1] ?? []);

  it("name every package that the program contains", () => {
    const bundled = ["packages/server", "packages/emulator", "packages/rules"].map(dependenciesOf);
    const expected = ["commander", ...Object.keys(Object.assign({}, ...bundled)).filter(isBundled)];
    expect(namedIn(read("THIRD-PARTY-NOTICES.txt"))).toEqual(expect.arrayContaining(expected));
  });

  it("name every package that the page contains, without the Calling SDK", () => {
    const named = namedIn(read("page/THIRD-PARTY-NOTICES.txt"));
    // Fluent's package only passes on what other packages contain.
    const notInside = ["@azure/communication-calling", "@fluentui/react-components"];
    const expected = Object.keys(dependenciesOf("apps/page")).filter(
      (one) => isBundled(one) && !notInside.includes(one),
    );
    expect(named).toEqual(expect.arrayContaining(expected));
    expect(named).not.toContain("@azure/communication-calling");
  });
});

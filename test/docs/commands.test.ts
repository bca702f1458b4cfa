// Command lines in the documents do what the text around them says. A block marked `sh` runs in a folder that looks like a clone,
// against an emulator and a server on free ports. `sh start` runs until it prints its address, and is then stopped. `sh azure`,
// `sh docker`, `sh kubernetes` and `sh network` need tools that tests do not have, so the shell checks only their syntax.
// `npx teams-token-exchange` is the program that this repository builds, because tests have no registry.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../packages/emulator/src/start-emulator.ts";
import { readConfig } from "../../packages/server/src/settings/read-settings.ts";
import { createPatientApp } from "../../packages/server/test/support/patient-app.ts";
import { commandsDocument } from "../../scripts/commands-document.mjs";
import { cli } from "../../scripts/setup.mjs";
import { readText, toolEnv } from "../../scripts/tools.mjs";
import { documents, root } from "./markdown.ts";

/** These run everything, including this test. test/e2e/tests/start.spec.ts and CI prove that they work. */
const provenElsewhere = ["npm start", "npm test"];
const needsOtherTools = ["sh azure", "sh docker", "sh kubernetes", "sh network"];

const blocks = documents
  .filter(({ path }) => path === "README.md" || path.startsWith("docs/") || path.startsWith("deploy/"))
  .flatMap(({ path, fences }) => fences.map((fence) => ({ ...fence, name: `${path}:${fence.line}` })))
  .filter(({ info }) => /^(sh|bash|shell|console|text\b.*\$)/.test(info));
const marked = (...infos: string[]) =>
  blocks
    .filter(({ info, text }) => infos.includes(info) && !provenElsewhere.includes(text.trim()))
    .map(({ name, text }) => [name, text] as const);

let folder: string;
let emulator: Emulator;
let app: Awaited<ReturnType<typeof createPatientApp>>;
let origin: string;
let environment: Record<string, string | undefined>;

beforeAll(async () => {
  emulator = await startEmulator();
  const settings = {
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
    ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOW_INSECURE_LOOPBACK: "true",
  };
  const logged: string[] = [];
  app = await createPatientApp(readConfig(settings), { logDestination: { write: (line) => void logged.push(line) } });
  origin = await app.listen({ port: 0, host: "127.0.0.1" });
  const issue = (resource: "api" | "teams") => emulator.issueToken({ resource, user: "ada", client: "spa" });
  const [callerToken, teamsToken] = [await issue("api"), await issue("teams")];
  const answer = await fetch(`${origin}/api/token/teams`, {
    method: "POST",
    headers: { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken },
  });
  expect(answer.status).toBe(200);

  folder = mkdtempSync(join(tmpdir(), "commands-"));
  for (const name of readdirSync(root).filter((entry) => ![".git", ".env", "scripts"].includes(entry))) {
    symlinkSync(join(root, name), join(folder, name));
  }
  // Scripts find the repository by their own path, so this folder needs a copy of them.
  cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
  writeFileSync(join(folder, "tokens.txt"), `${callerToken}\n${teamsToken}\n`);
  writeFileSync(join(folder, "server.log"), logged.join(""));
  environment = {
    ...toolEnv(),
    ...settings,
    PORT: "0",
    EMULATOR_PORT: "0",
    EMULATOR_TLS_PORT: "0",
    API_TOKEN: callerToken,
    TEAMS_TOKEN: teamsToken,
    TMPDIR: folder,
  };
});

afterAll(async () => {
  await app?.close();
  await emulator?.close();
  rmSync(folder, { recursive: true, force: true });
});

function shell(
  args: string[],
  text: string,
): { child: ChildProcess; printed: () => string; ended: Promise<number | null> } {
  const commands = text
    .replaceAll("http://localhost:3000", origin)
    .replaceAll("npx teams-token-exchange ", `node ${cli} `);
  const child = spawn("bash", [...args, commands], {
    cwd: folder,
    env: environment,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += chunk));
  return { child, printed: () => output, ended: new Promise((resolve) => child.once("close", resolve)) };
}

describe("command lines", () => {
  it("have a mark that this test knows", () => {
    const known = ["sh", "sh start", ...needsOtherTools];
    expect(blocks.filter(({ info }) => !known.includes(info)).map(({ name, info }) => `${name}: ${info}`)).toEqual([]);
  });

  it.each(marked("sh"))("at %s work", async (_name, text) => {
    const { printed, ended } = shell(["-euo", "pipefail", "-c"], text);
    expect([await ended, printed()]).toEqual([0, expect.any(String)]);
    expect(printed()).not.toContain("application/problem+json");
    if (text.includes("server.log"))
      expect(printed()).toMatch(/"decision":"granted"[\s\S]*POST {2}\/api\/token\/teams {2}200/);
    if (text.includes("explain")) expect(printed().match(/The server would take it/g)).toHaveLength(2);
    if (text.includes("/api/token/teams")) expect(printed()).toMatch(/"token":"ey.*"expiresOn":"/);
  });

  it.each(marked("sh start"))(
    "at %s start a program that prints its address and stops on SIGTERM",
    async (_name, text) => {
      const { child, printed, ended } = shell(["-euo", "pipefail", "-c"], text);
      const said = new Promise<void>((resolve) => {
        child.stdout?.on("data", () => /http:\/\/(localhost|127\.0\.0\.1|0\.0\.0\.0):\d+/.test(printed()) && resolve());
      });
      const first = await Promise.race([said.then(() => "listening"), ended]);
      expect([first, printed()]).toEqual(["listening", expect.any(String)]);
      process.kill(-(child.pid ?? 0), "SIGTERM");
      await ended;
    },
  );

  it.each(marked(...needsOtherTools))("at %s, which need other tools, have valid syntax", async (_name, text) => {
    const child = spawn("bash", ["-n", "-c", text]);
    let complaint = "";
    child.stderr.on("data", (chunk) => (complaint += chunk));
    expect([await new Promise((resolve) => child.once("close", resolve)), complaint]).toEqual([0, ""]);
  });

  it("have a reference that is what --help prints", () => {
    // If this fails, run `npm run docs`.
    expect(readText(join(root, "docs/reference/commands.md"))).toBe(commandsDocument());
  });

  it("are marked as needing a tool only if they use it", () => {
    const tools = {
      azure: /\baz |(npm run|npx teams-token-exchange) (register|doctor)|mgc |New-Mg/,
      docker: /docker/,
      kubernetes: /kubectl/,
      network: /npm (create|install|ci)|npx |curl/,
    };
    for (const [name, pattern] of Object.entries(tools)) {
      for (const [where, text] of marked(`sh ${name}`))
        expect([where, text]).toEqual([where, expect.stringMatching(pattern)]);
    }
  });
});

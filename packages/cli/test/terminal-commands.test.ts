// The commands as processes, from their build: arguments, standard input, exit status, and a sign-in by device code over
// https as against Azure.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { afterAll, beforeAll, expect, it } from "vitest";
import { acceptConsent, emptyTenant, temporaryFolder } from "./support.ts";
import { program } from "./support-command.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  emulator.settings.deviceCodeInterval = 0.02;
});
afterAll(() => emulator.close());

interface Run {
  args?: string[];
  input?: string;
  folder?: string;
  env?: Record<string, string>;
  /** Called for each new piece of what was said so far. */
  onOutput?: (output: string) => void;
}

/** Runs a command to its end. */
function run(command: string, { args = [], input = "", folder = temporaryFolder(), env = {}, onOutput }: Run) {
  const child = spawn(process.execPath, [program, command, ...args], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", ...env },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => (said.stdout += String(chunk)));
  child.stderr.on("data", (chunk) => {
    said.stderr += String(chunk);
    onOutput?.(said.stderr);
  });
  child.stdin.end(input);
  return new Promise<typeof said & { status: number | null }>((resolve) => {
    child.on("close", (status) => resolve({ ...said, status }));
  });
}

/** Types the code that the command prints into the emulator's page, as erin. */
function typeCode(): (output: string) => void {
  let typed = false;
  return (output) => {
    const [, address, code] = /open the page (\S+) and enter the code (\w+) to/.exec(output) ?? [];
    if (typed || address === undefined || code === undefined) return;
    typed = true;
    void fetch(address.replace(emulator.httpsOrigin ?? "", emulator.origin), {
      method: "POST",
      body: new URLSearchParams({ otc: code, account: emulator.user("erin").upn }),
    });
  };
}

it("register and doctor sign in by device code over https, and tell no secret", async () => {
  await emptyTenant(emulator);
  const folder = temporaryFolder();
  const ca = join(folder, "ca.pem");
  writeFileSync(ca, emulator.caCertificate ?? "");
  const env = {
    NODE_EXTRA_CA_CERTS: ca,
    AZURE_AUTHORITY_HOST: emulator.httpsOrigin ?? "",
    ENTRA_AUTHORITY: emulator.origin,
    GRAPH_ENDPOINT: emulator.origin,
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
  };
  const tenant = ["--tenant", emulator.tenant("northwharf").domain];
  const first = await run("register", { args: [...tenant, "--yes"], folder, env, onOutput: typeCode() });
  expect(first).toMatchObject({ status: 0, stderr: expect.stringContaining("[8/8]") });
  const [address = ""] = /http\S+adminconsent\S+/.exec(first.stdout) ?? [];
  expect((await acceptConsent(address, emulator)).status).toBe(302);

  // Everything is in the .env by now; only the certificate of the emulator is this machine's own.
  const doctor = await run("doctor", {
    args: ["--json"],
    folder,
    env: { NODE_EXTRA_CA_CERTS: ca },
    onOutput: typeCode(),
  });
  expect(JSON.parse(doctor.stdout)).toMatchObject({ findings: [], unchecked: [] });
  expect(doctor.status).toBe(0);

  const second = await run("register", { folder, env: { NODE_EXTRA_CA_CERTS: ca }, onOutput: typeCode() });
  expect(second).toMatchObject({ status: 0, stdout: expect.stringContaining("Nothing to change.") });
  const key = emulator.acsConnectionString.split("accesskey=")[1] ?? "none";
  expect(JSON.stringify([first, doctor, second])).not.toContain(key);
});

it("explain reads tokens from standard input, and its exit status tells whether they would be taken", async () => {
  const token = await emulator.issueToken({ resource: "graph", user: "ada", client: "graph-cli" });
  const outcome = await run("explain", {
    input: `Bearer ${token}\n`,
    env: { ENTRA_API_CLIENT_ID: "a9100000-0000-4000-8000-00000000a001" },
  });
  expect(outcome).toMatchObject({ status: 1, stdout: expect.stringContaining("an access token for Microsoft Graph") });
  for (const fragment of token.match(/[\w-]{20}/g) ?? [])
    expect(outcome.stdout + outcome.stderr).not.toContain(fragment);
});

it("explain refuses arguments without repeating them", async () => {
  const outcome = await run("explain", { args: ["eyJ.secret.token"] });
  expect(outcome).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("takes no arguments") });
  expect(outcome.stderr).not.toContain("secret");
});

it.each([
  ["register", ["--secret=eyJ"], 2, "unknown option '--secret'"],
  ["register", ["--instnace", "x"], 2, "Did you mean --instance?"],
  ["register", [], 2, "The tenant is not known."],
  ["register", ["--help"], 0, "--dry-run"],
  ["doctor", ["--skip", "eyJ"], 2, "names no check"],
  ["doctor", ["--no-graph"], 1, "ENTRA_TENANT_ID is missing"],
  ["doctor", ["--help"], 0, "Exit status"],
  ["doctor", ["--settings-file", "new.env", "--no-graph"], 1, "ENTRA_TENANT_ID is missing"],
  ["register", ["--settings-file", "new.env"], 2, "The tenant is not known."],
])("%s %j ends with %i", async (command, args, status, words) => {
  const outcome = await run(command, { args });
  expect(outcome.status).toBe(status);
  expect(outcome.stdout + outcome.stderr).toContain(words);
  // A value may be a secret.
  expect(outcome.stdout + outcome.stderr).not.toContain("eyJ");
});

it("an older Node gets a sentence, not a stack trace", async () => {
  const older =
    "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.17.1'}})";
  const { status, stdout, stderr } = await run("demo", { env: { NODE_OPTIONS: `--import=${older}` } });
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: "",
    stderr: "teams-token-exchange needs Node 22.18 or later, and this is 22.17.1. Get it from https://nodejs.org\n",
  });
});

it.runIf(process.platform === "linux").each([
  ["/proc/nowhere/.env", "its folder does not exist, or takes no files"],
  ["/proc/.env", "its folder does not exist, or takes no files"],
  ["/dev/null/.env", "a part of its path is a file, not a folder"],
  ["/dev/null", "it is a folder, a pipe or a device"],
])("register finds out that it cannot write to %s before it changes a tenant", async (file, reason) => {
  const { status, stderr } = await run("register", { args: ["--tenant", "contoso", "--settings-file", file] });
  expect(status).toBe(1);
  expect(stderr).toBe(
    `The settings cannot be written to ${file}: ${reason}.\n  Next: Name another file with --settings-file.\n`,
  );
});

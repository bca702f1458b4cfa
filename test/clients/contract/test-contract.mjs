// Tests the server against docs/openapi.json with schemathesis: no 5xx, and no response outside the contract.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../../../packages/emulator/dist/start-emulator.js";
import { createApp, readConfig } from "../../../packages/server/dist/index.js";
import { root, toolEnv } from "../../../scripts/tools.mjs";
import { inPython, runProgram } from "../languages.mjs";

const ROLE = "Administrator";
const SEED = "20260101";
const A_DAY_SECONDS = 86_400;

/** Checks of schemathesis that do not describe this server. */
const excludedChecks = [
  // A token of random letters has the right type and is refused all the same.
  "positive_data_acceptance",
  // A route answers other methods like an unknown path, with 404.
  "unsupported_method",
];

/** A server with every optional route and without limits, which would refuse most requests. */
async function startServer(emulator, folder) {
  emulator.settings.acsQuotas = {};
  const config = readConfig({
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
    ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOW_INSECURE_LOOPBACK: "true",
    ADMIN_APP_ROLE: ROLE,
    RATE_LIMIT_PER_CALLER: "0",
    ACS_EXCHANGES_PER_30S: "0",
    DATA_FOLDER: join(folder, "data"),
    LOG_LEVEL: "silent",
  });
  const app = await createApp(config);
  return { app, url: await app.listen({ port: 0, host: "127.0.0.1" }) };
}

/** The first request opens the embedded database, which takes longer than a request may on a slow machine. */
async function openDatabase(url, authorization) {
  for (let attempt = 0; attempt < 10; attempt += 1) {
    const { status } = await fetch(`${url}/api/user`, { method: "POST", headers: { authorization } });
    if (status < 300) return;
  }
  throw new Error("the embedded database does not open");
}

/**
 * Runs schemathesis with each kind of token.
 * @param isShort sends fewer requests, and only with a valid token
 * @param test gets the name of a test and a function that throws if it fails
 */
export async function testContract(isShort, test) {
  const folder = mkdtempSync(join(tmpdir(), "contract-"));
  const emulator = await startEmulator();
  const { app, url } = await startServer(emulator, folder);
  const issue = (options) =>
    emulator.issueToken({ user: "ada", client: "spa", expiresInSeconds: A_DAY_SECONDS, ...options });
  const administrator = await issue({ resource: "api", claims: { roles: [ROLE] } });
  const callers = {
    "a valid token": administrator,
    "an expired token": await issue({ resource: "api", expiresInSeconds: -A_DAY_SECONDS }),
    "no token": undefined,
  };
  const env = {
    ...toolEnv(),
    NO_COLOR: "1",
    SCHEMATHESIS_HOOKS: fileURLToPath(new URL("hooks.py", import.meta.url)),
    TEAMS_TOKEN: await issue({ resource: "teams" }),
  };
  const run = async (token) => {
    const command = [inPython("schemathesis"), "run", join(root, "docs", "openapi.json")];
    const amount = isShort ? ["--phases", "examples,fuzzing", "--max-examples", "8"] : ["--max-examples", "100"];
    const options = ["--url", url, "--seed", SEED, ...amount];
    const checks = ["--checks", "all", "--exclude-checks", excludedChecks.join(), "--continue-on-failure"];
    const header = token ? ["--header", `Authorization: Bearer ${token}`] : [];
    const output = [];
    const cwd = { cwd: folder, env };
    const { code, errors } = await runProgram([...command, ...options, ...checks, ...header], cwd, (line) =>
      output.push(line),
    );
    if (code !== 0) throw new Error([...output, errors].join("\n"));
  };
  try {
    await openDatabase(url, `Bearer ${administrator}`);
    for (const [caller, token] of Object.entries(callers).slice(0, isShort ? 1 : undefined)) {
      await test(`schemathesis with ${caller}`, () => run(token));
    }
  } finally {
    await app.close();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

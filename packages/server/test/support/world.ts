// A server and an emulator on free ports, for HTTP tests. It collects every log line and every token of the servers started
// here, so that a test can search the log for tokens.
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import type { FastifyInstance } from "fastify";
import { afterAll, expect, onTestFinished } from "vitest";
import { buildApp } from "../../src/app.ts";
import type { AppInternals, AppOptions } from "../../src/app-options.ts";
import { descriptions } from "../../src/plugins/openapi/descriptions.ts";
import { readConfig } from "../../src/settings/read-settings.ts";

/** All that the servers of this file have logged. */
export const logLines: string[] = [];
/** All tokens that this file has sent or received. */
export const tokensSeen = new Set<string>();

export interface TestServer {
  app: FastifyInstance;
  emulator: Emulator;
  url: string;
}

/** The environment of a server that uses the emulator. */
export function environmentFor(emulator: Emulator): Record<string, string> {
  return {
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
    ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOWED_ORIGINS: "https://app.example.com",
    ALLOW_INSECURE_LOOPBACK: "true",
    LOG_LEVEL: "debug",
  };
}

/** Tests share their machine with others: the event loop may stand still for seconds without any fault of ours. */
const neverShed = 600_000;

let shared: Promise<Emulator> | undefined;

/** The emulator of this worker, as its seed says: making its keys takes longer than most tests. It ends with the worker. */
export async function freshEmulator(): Promise<Emulator> {
  shared ??= startEmulator();
  const emulator = await shared;
  emulator.reset();
  return emulator;
}

/** Nothing of a token, nor the access key, in anything that the servers of this file have logged. */
export function expectNoSecretInLog(): void {
  const log = logLines.join("");
  // A fragment can only be in a run of its letters that is as long; all else need not be searched for each.
  const runs = [...new Set(log.match(/[\w-]{24,}/g))].join("\n");
  const fragments = [...tokensSeen].flatMap((token) => token.match(/[\w-]{24}/g) ?? []);
  expect(fragments.some((fragment) => runs.includes(fragment))).toBe(false);
  expect(log).not.toMatch(/accesskey|[Bb]earer /);
}

/** Every problem answered to this file, as `METHOD /path name`. */
const problemsAnswered = new Set<string>();

function rememberProblems(app: FastifyInstance): void {
  app.addHook("onResponse", async ({ method, routeOptions, outcome }) => {
    const isDocumented = `${method} ${routeOptions.url}` in descriptions;
    if (outcome?.problem && isDocumented) problemsAnswered.add(`${method} ${routeOptions.url} ${outcome.problem}`);
  });
}

/** The OpenAPI document of a route names every problem that a test got. */
function expectDocumentedProblems(): void {
  const undocumented = [...problemsAnswered].filter((line) => {
    const [method, path, name] = line.split(" ");
    return !descriptions[`${method} ${path}`]?.problems.some((problem) => problem === name);
  });
  expect(undocumented).toEqual([]);
}

/** What holds for all that a file did; the next file begins without it. */
export function endFile(): void {
  try {
    expectNoSecretInLog();
    expectDocumentedProblems();
  } finally {
    logLines.splice(0);
    tokensSeen.clear();
    problemsAnswered.clear();
  }
}
afterAll(endFile);

/**
 * Starts a server for the test, which ends it. Settings may be changed, the server's options too. With an emulator that
 * is given, its state stays as it is.
 */
export async function startServer(
  settings: Record<string, string> = {},
  options: AppOptions & AppInternals = {},
  given?: Emulator,
): Promise<TestServer> {
  const emulator = given ?? (await freshEmulator());
  const config = readConfig({ ...environmentFor(emulator), ...settings });
  const app = await buildApp(
    config,
    {
      ...options,
      logDestination: { write: (line) => void logLines.push(line) },
      configure: rememberProblems,
    },
    { maxLagMs: neverShed, ...options },
  );
  onTestFinished(() => app.close());
  return { app, emulator, url: await app.listen({ port: 0, host: "127.0.0.1" }) };
}

/** A port of this machine that is free now. */
export async function freePort(): Promise<number> {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  await new Promise((resolve) => holder.close(resolve));
  return port;
}

/** Waits until a condition holds. The test's own time limit is the only one. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  // Asking without a pause would take a processor away from what is waited for, often another process.
  while (!(await holds())) await pause(5);
}

type TokenChanges = Omit<Parameters<Emulator["issueToken"]>[0], "resource" | "user"> & { user?: string };

/** A token of the emulator, for ada through the page's client unless said otherwise. */
export async function issue(
  { emulator }: TestServer,
  resource: "api" | "teams",
  changes: TokenChanges = {},
): Promise<string> {
  const token = await emulator.issueToken({ resource, user: "ada", client: "spa", ...changes });
  tokensSeen.add(token);
  return token;
}

/** Both tokens of one user. */
export async function issueBoth(server: TestServer, changes: TokenChanges = {}) {
  return { callerToken: await issue(server, "api", changes), teamsToken: await issue(server, "teams", changes) };
}

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
  problem: string | undefined;
}

/** Reads an answer and remembers the token in it. */
export async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  const body: unknown = isJson ? JSON.parse(text) : text;
  const { token, type, error_uri: uri } = (isJson ? body : {}) as Record<string, string | undefined>;
  if (token) tokensSeen.add(token);
  return {
    status: response.status,
    headers: response.headers,
    body,
    problem: (type ?? uri)?.replace("/problems#", ""),
  };
}

/** `POST /api/token/teams` with these tokens. */
export async function exchange(server: TestServer, callerToken: string, teamsToken: string): Promise<Answer> {
  const response = await fetch(`${server.url}/api/token/teams`, {
    method: "POST",
    headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
    body: JSON.stringify({ teamsUserToken: teamsToken }),
  });
  return answerOf(response);
}

/** Sends bytes and gives the answer, once the server ends the connection. */
export function exchangeBytes({ url }: Pick<TestServer, "url">, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(bytes));
    socket
      .on("data", (chunk) => (text += chunk))
      .on("close", () => resolve(text))
      .on("error", () => {});
  });
}

/** How often the emulator's ACS was asked for an exchange. */
export const exchangesAsked = ({ emulator }: TestServer): number =>
  emulator.requests.filter(({ operation }) => operation === "CommunicationIdentity_ExchangeTeamsUserAccessToken")
    .length;

// Three tenants and three ACS resources for HTTP tests: one emulator, and before it one address for each resource, which notes
// who asks there for what and can be made to fail.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as sendRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defaultSeed, type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { onTestFinished } from "vitest";
import type { AppInternals, AppOptions } from "../../src/app-options.ts";
import { environmentFor, startServer, type TestServer } from "./world.ts";

/** The user of each tenant, by the tenant's name. */
export const people = { northwharf: "ada", larkhill: "dana", quayside: "gil" } as const;
export type TenantName = keyof typeof people;
export const tenantNames = Object.keys(people) as TenantName[];

let shared: Promise<Emulator> | undefined;

/** An emulator with a third tenant. It ends with the worker. */
export async function emulatorOfThree(): Promise<Emulator> {
  const start = async () => {
    const seed = await defaultSeed();
    const id = "5c0ffee0-3333-4a6b-9c3d-2f6f1b7e0003";
    const [user] = seed.users;
    if (!user) throw new Error("the seed has no user");
    const gil = {
      ...user,
      name: "gil",
      oid: "0b1ec700-0000-4000-8000-0000000000aa",
      tenantId: id,
      upn: "gil@quayside.example",
    };
    seed.tenants.push({ name: "quayside", id, domain: "quayside.example", displayName: "Quayside" });
    seed.users.push(gil);
    return startEmulator({ seed });
  };
  shared ??= start();
  const emulator = await shared;
  emulator.reset();
  return emulator;
}

/** One resource: an address of its own before the emulator's ACS. */
export interface TestResource {
  readonly name: string;
  readonly connectionString: string;
  /** The object IDs of the users whose tokens were exchanged here, in order. */
  readonly asked: string[];
  /** Answers every request with 503 if set. */
  isDown: boolean;
}

/** Starts one for the test. */
export async function startResource(emulator: Emulator, name: string): Promise<TestResource> {
  const target = new URL(emulator.origin);
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks);
      if (request.url?.includes(":exchangeAccessToken")) {
        asked.push((JSON.parse(body.toString()) as { userId: string }).userId);
      }
      if (resource.isDown) return void response.writeHead(500).end();
      const { method, url: path, headers } = request;
      const to = { host: target.hostname, port: target.port, method, path, headers };
      const forward = sendRequest(to, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      forward.on("error", () => response.destroy());
      forward.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  const [, accessKey = ""] = /accesskey=(.*)$/.exec(emulator.acsConnectionString) ?? [];
  const resource: TestResource = {
    name,
    connectionString: `endpoint=http://127.0.0.1:${port}/;accesskey=${accessKey}`,
    asked,
    isDown: false,
  };
  return resource;
}

/** A file of tenants that a test may write again. */
export interface TenantsFile {
  readonly path: string;
  write(content: unknown): void;
}

/** Makes the file for the test. */
export function tenantsFile(content: unknown): TenantsFile {
  const folder = mkdtempSync(join(tmpdir(), "tenants-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "tenants.json");
  const write = (next: unknown) => writeFileSync(path, typeof next === "string" ? next : JSON.stringify(next));
  write(content);
  return { path, write };
}

/** The entry of a tenant. */
export const tenantEntry = (emulator: Emulator, name: TenantName, changes: object) => ({
  id: emulator.tenant(name).id,
  name,
  clientIds: [emulator.registration("spa").appId],
  ...changes,
});

/** The entry of a resource. */
export const resourceEntry = ({ name, connectionString }: TestResource, changes: object = {}) => ({
  name,
  connectionString,
  ...changes,
});

/** Starts a server with a file of tenants, without limits on callers. */
export function startWithTenants(
  emulator: Emulator,
  { path }: TenantsFile,
  settings: Record<string, string> = {},
  options: AppOptions & AppInternals = {},
): Promise<TestServer> {
  const none = Object.fromEntries(
    Object.keys(environmentFor(emulator))
      .filter((name) => /^(ENTRA_TENANT_ID|ENTRA_CLIENT_IDS|ACS_CONNECTION_STRING)$/.test(name))
      .map((name) => [name, ""]),
  );
  return startServer({ ...none, TENANTS_FILE: path, RATE_LIMIT_PER_CALLER: "0", ...settings }, options, emulator);
}

// Tests every route with requests that no client should send: the answer is the documented error, never a failure.
import type { OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import fc from "fast-check";
import type { InjectOptions } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../src/all-operations.ts";
import { createApp } from "../src/app.ts";
import { importState } from "../src/control/state-file.ts";
import { createContext } from "../src/create-context.ts";
import type { EmulatorContext } from "../src/http/context.ts";
import { defaultSeed, type Emulator, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

/** The whole answer to bytes that `fetch` does not send. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(Number(new URL(emulator.origin).port), "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk) => {
      answer += chunk.toString();
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

const rawGet = (target: string) => raw(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);

describe("a request that HTTP itself does not allow", () => {
  it.each(["/%", "/v1.0/users/%E0%A4%A", "/identities/%ZZ/:issueAccessToken", "/emulator/%"])(
    "%s gets 400 in the emulator's own format, without the URL",
    async (target) => {
      const answer = await rawGet(`${target}?access_token=secret`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer).toContain("x-emulator-invented: true");
      expect(answer).toContain('{"error":{"code":"EmulatorMalformedRequest"');
      expect(answer).not.toContain("secret");
    },
  );

  it("with a body that is too large gets 413, and with a very long id 414", async () => {
    const response = await fetch(`${emulator.origin}/v1.0/applications`, {
      method: "POST",
      body: "x".repeat(1_048_577),
    });
    const { error } = (await response.json()) as { error: { code: string } };
    expect([response.status, error.code]).toEqual([413, "EmulatorBodyTooLarge"]);
    expect(await rawGet(`/v1.0/users/${"x".repeat(5_000)}`)).toContain('"code":"EmulatorUrlTooLong"');
  });

  it("with an id as long as that of a Teams user in ACS is allowed", async () => {
    const id = encodeURIComponent(
      `8:acs:${["resource", "tenant", "object"].map((name) => name.padEnd(36, "0")).join("_")}`,
    );
    const response = await fetch(`${emulator.origin}/identities/${id}?api-version=2025-03-02-preview`);
    expect(response.status).toBe(401);
  });
});

it.each(["/", "/emulator", "/common/v2.0/.well-known/openid-configuration", "/common/discovery/v2.0/keys"])(
  "HEAD %s is answered as GET, for tools that wait until the emulator is up",
  async (path) => {
    const head = await fetch(emulator.origin + path, { method: "HEAD" });
    const got = await fetch(emulator.origin + path);
    expect([head.status, head.headers.get("content-type")]).toEqual([200, got.headers.get("content-type")]);
    expect(await head.text()).toBe("");
  },
);

it("HEAD is never an operation that changes or issues something", async () => {
  for (const path of ["/common/oauth2/v2.0/logout", "/metadata/identity/oauth2/token", "/v1.0/me"]) {
    expect((await fetch(emulator.origin + path, { method: "HEAD" })).status).toBe(404);
  }
});

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
const jsonTypes = ["application/json", "APPLICATION/JSON; charset=utf-16", "text/plain"];
const otherTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "a/b; ", "x", ""];
const bodies: (string | Buffer)[] = [
  "",
  "{}",
  "[]",
  "null",
  '"text"',
  "1e999",
  "{",
  '{"__proto__":{"x":1},"constructor":1}',
  `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  `{"a":${'{"a":'.repeat(2_000)}1${"}".repeat(2_000)}}`,
  "a=b&a=c&%=%&=",
  "grant_type=%FF&scope=%00",
  "\u0000",
  Buffer.from([0xff, 0xfe, 0x7b, 0x00]),
  Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  "x".repeat(100_000),
];
const parameters = [
  "x",
  "common",
  "northwharf.example",
  "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001",
  "%00",
  "%2F..%2F",
  "a%20b",
  "'",
  "appId=x",
];
const queries = [
  "",
  "?",
  "?api-version=2023-10-01",
  "?%",
  "?$top=x",
  "?$filter=%27",
  "?$select=",
  "?ctx=__proto__",
  "?client_id=%00&scope=a%20b&response_type=code",
];

describe("any request to any route", () => {
  let context: EmulatorContext;
  let app: ReturnType<typeof createApp>;
  const tokens: string[] = [
    "",
    "Bearer",
    "Bearer x.y.z",
    "Basic Og==",
    "Basic %",
    "HMAC-SHA256 SignedHeaders=&Signature=",
  ];
  beforeAll(async () => {
    context = createContext(await defaultSeed());
    app = createApp(context);
    const scopes = ["User.ReadWrite", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "User.Read.All"];
    // The same keys, so that the token of the running emulator would be valid here too.
    await importState(context, await emulator.exportState());
    const options = { resource: "graph", user: "erin", client: "graph-cli", origin: "http://localhost" };
    tokens.push(`Bearer ${await emulator.issueToken({ ...options, scopes })}`);
  });
  afterAll(() => app.close());

  const routes = [
    ...new Set(operations.map(({ path }) => path)),
    "/emulator",
    "/emulator/api/:action",
    "/",
    "/nowhere",
  ];
  const anyOf = <Value>(values: readonly Value[]) => fc.constantFrom(...values);
  const request = fc.record({
    route: anyOf(routes),
    method: anyOf(methods),
    type: anyOf([...jsonTypes, ...otherTypes]),
    body: anyOf(bodies),
    values: fc.array(anyOf(parameters), { minLength: 3, maxLength: 3 }),
    query: anyOf(queries),
    token: fc.nat(6),
  });

  type Asked = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

  function optionsOf({ route, method, type, body, values, query, token }: Asked): InjectOptions & { url: string } {
    let used = 0;
    const path = route
      .replaceAll(/(?<=\/):(?!:)\w+/g, () => values[used++ % values.length] ?? "")
      .replaceAll("::", ":");
    const authorization = tokens[token] ?? "";
    return {
      method,
      url: path + query,
      headers: {
        host: "localhost",
        ...(type ? { "content-type": type } : {}),
        ...(authorization ? { authorization } : {}),
      },
      ...(method === "GET" || method === "HEAD" ? {} : { payload: body }),
    };
  }

  /** Whether the error is a page, or JSON with the member `error`, as all services have it. */
  function isDocumentedError({ headers, body }: { headers: OutgoingHttpHeaders; body: string }): boolean {
    if (String(headers["content-type"]).startsWith("text/html")) return body.includes("</html>");
    return body === "" || "error" in JSON.parse(body);
  }

  it("gets an answer below 500, and an error in the format of its service", async () => {
    const statuses = new Set<number>();
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        const options = optionsOf(asked);
        const answer = await app.inject(options);
        statuses.add(answer.statusCode);
        const seen = `${options.method} ${options.url} → ${answer.statusCode} ${answer.body.slice(0, 200)}`;
        expect(answer.statusCode, seen).toBeLessThan(500);
        if (answer.statusCode >= 400) expect(isDocumentedError(answer), seen).toBe(true);
      }),
      { numRuns: 4_000, seed: 9_400, endOnFailure: true },
    );
    // Otherwise the requests would not come far enough.
    expect([...statuses]).toEqual(expect.arrayContaining([200, 204, 302, 400, 401, 403, 404, 415]));
  });
});

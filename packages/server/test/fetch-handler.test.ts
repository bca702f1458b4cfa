// The server as a function from Request to Response: what the other ways in guarantee holds here too.
import { expect, it, onTestFinished } from "vitest";
import { createHandler } from "../src/fetch-handler.ts";
import { readConfig } from "../src/settings/read-settings.ts";
import { environmentFor, freshEmulator, logLines, tokensSeen } from "./support/world.ts";

const address = "http://api.example.com/api/token/teams";

/** A handler with these settings, and both tokens of ada. */
async function start(settings: Record<string, string> = {}) {
  const emulator = await freshEmulator();
  const config = readConfig({ ...environmentFor(emulator), ...settings });
  const handle = await createHandler(config, { logDestination: { write: (line) => void logLines.push(line) } });
  onTestFinished(() => handle.close());
  const issue = (resource: "api" | "teams") => emulator.issueToken({ resource, user: "ada", client: "spa" });
  const [callerToken, teamsToken] = [await issue("api"), await issue("teams")];
  for (const token of [callerToken, teamsToken]) tokensSeen.add(token);
  const exchange = (init: { headers?: Record<string, string>; body?: string } = {}) =>
    new Request(address, {
      method: "POST",
      headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json", ...init.headers },
      body: init.body ?? JSON.stringify({ teamsUserToken: teamsToken }),
    });
  return { handle, exchange, emulator };
}

const typeOf = async (response: Response) => ((await response.json()) as { type: string }).type;

it("exchanges a Teams token", async () => {
  const { handle, exchange, emulator } = await start();
  const response = await handle(exchange());
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { token } = (await response.json()) as { token: string };
  tokensSeen.add(token);
  expect(emulator.requests.at(-1)?.operation).toBe("CommunicationIdentity_ExchangeTeamsUserAccessToken");
});

it("refuses a request without a caller token", async () => {
  const { handle, exchange } = await start();
  const response = await handle(exchange({ headers: { authorization: "" } }));
  expect([response.status, response.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
});

it("refuses a body over 16 KB without reading more of it than that", async () => {
  const { handle } = await start();
  let sent = 0;
  const body = new ReadableStream({
    pull(controller) {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024));
    },
  });
  const { exchange } = await start();
  const { headers } = exchange();
  const response = await handle(new Request(address, { method: "POST", headers, body, duplex: "half" } as RequestInit));
  expect([response.status, await typeOf(response)]).toEqual([413, "/problems#body-too-large"]);
  expect(sent).toBeLessThan(32 * 1024);
});

it("counts requests by the given address, and trusts no proxy without one", async () => {
  const { handle, exchange } = await start({ RATE_LIMIT_PER_ADDRESS: "1", TRUSTED_PROXIES: "127.0.0.1" });
  const invalid = { authorization: "Bearer x", "x-forwarded-for": "203.0.113.9" };
  const statusOf = async (headers: Record<string, string>, remoteAddress?: string) =>
    (await handle(exchange({ headers }), remoteAddress === undefined ? {} : { remoteAddress })).status;
  expect([await statusOf(invalid, "203.0.113.1"), await statusOf(invalid, "203.0.113.1")]).toEqual([401, 429]);
  expect(await statusOf(invalid, "203.0.113.2")).toBe(401);
  // Were the header trusted, each of these would come from another address.
  expect([await statusOf(invalid), await statusOf({ ...invalid, "x-forwarded-for": "203.0.113.10" })]).toEqual([
    401, 429,
  ]);
});

it("answers, and does not reject, if the body was read before or breaks off", async () => {
  const { handle, exchange } = await start();
  const used = exchange();
  await used.text();
  const { headers } = exchange();
  const body = new ReadableStream({ pull: (controller) => controller.error(new Error("broken off")) });
  const broken = new Request(address, { method: "POST", headers, body, duplex: "half" } as RequestInit);
  for (const request of [used, broken]) {
    const response = await handle(request);
    expect([response.status, await typeOf(response)]).toEqual([500, "/problems#body-already-read"]);
  }
});

it("finds its routes with a slash at the end and in any case, and answers HEAD of public ones", async () => {
  const { handle } = await start();
  const slash = await handle(new Request("http://api.example.com/API/Config/"));
  expect([slash.status, await slash.json()]).toEqual([
    200,
    expect.objectContaining({ knownAuthorities: expect.anything() }),
  ]);
  const head = await handle(new Request("http://api.example.com/livez", { method: "HEAD" }));
  expect([head.status, await head.text()]).toEqual([200, ""]);
});

it("answers a preflight request of a listed origin", async () => {
  const { handle } = await start();
  const headers = { origin: "https://app.example.com", "access-control-request-method": "POST" };
  const response = await handle(new Request(address, { method: "OPTIONS", headers }));
  expect([response.status, response.headers.get("access-control-allow-origin")]).toEqual([
    204,
    "https://app.example.com",
  ]);
});

it("has no HEAD twin of the exchange, and answers HEAD without a body", async () => {
  const { handle } = await start();
  const response = await handle(new Request(address, { method: "HEAD" }));
  expect([response.status, await response.text()]).toEqual([404, ""]);
});

it("answers paths that are not its own with 404", async () => {
  const { handle } = await start();
  const response = await handle(new Request("http://api.example.com/other"));
  expect([response.status, await typeOf(response)]).toEqual([404, "/problems#not-found"]);
});

it("writes one log line and one audit line per request", async () => {
  const { handle, exchange } = await start();
  const before = logLines.length;
  await (await handle(exchange())).arrayBuffer();
  await new Promise((resolve) => setImmediate(resolve));
  const lines = logLines.slice(before).map((line) => JSON.parse(line) as { msg: string });
  expect(lines.filter(({ msg }) => msg === "request" || msg === "decision").map(({ msg }) => msg)).toEqual([
    "decision",
    "request",
  ]);
});

// The three ways to use this package: each example of the guide is extracted and run, and the mounts keep to
// themselves.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Fastify, { type FastifyInstance } from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { createConnectHandler } from "../src/connect-handler.ts";
import { tokenExchange } from "../src/fastify-plugin.ts";
import { readConfig } from "../src/settings/read-settings.ts";
import {
  answerOf,
  environmentFor,
  exchange,
  freePort,
  freshEmulator,
  issueBoth,
  logLines,
  type TestServer,
  until,
} from "./support/world.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const guide = readFileSync(join(root, "docs/guides/use-as-a-library.md"), "utf8").replaceAll("\r\n", "\n");
const examples = new Map(
  [...guide.matchAll(/```js\n\/\/ (\S+)\n([\s\S]*?)```/g)].map(([, name = "", code = ""]) => [name, code]),
);
/** Express has no types of its own. */
const require = createRequire(import.meta.url);
type Parser = (options?: Record<string, unknown>) => RequestListener;
type Parsers = Record<"json" | "urlencoded" | "text" | "raw", Parser>;
interface ExpressApp extends RequestListener {
  use(pathOrHandler: string | RequestListener, handler?: unknown): this;
}
const express = require("express") as Parsers & (() => ExpressApp);
/** Express 4 gets them from this package; they set an empty body where nothing was sent. */
const parsersOfExpress4 = require("body-parser-1") as Parsers;
const logDestination = { write: (line: string) => void logLines.push(line) };

/** Runs an example of the guide as a program, with packages resolved as in this repository. */
async function runExample(name: string) {
  const folder = join(root, "node_modules", ".cache", "teams-token-exchange", "guide");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), examples.get(name) ?? "");
  const emulator = await freshEmulator();
  const port = await freePort();
  const child: ChildProcess = spawn(process.execPath, [join(folder, name)], {
    env: { ...environmentFor(emulator), PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  child.stdout?.on("data", (chunk) => logLines.push(String(chunk)));
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(url).then(
      async (response) => (await response.text()) !== "",
      () => false,
    );
  await until(isUp);
  return { child, emulator, url };
}

/** The example as the shared requests of support.ts see it. */
const at = (emulator: TestServer["emulator"], url: string) => ({ emulator, url }) as TestServer;

describe("the guide", () => {
  it("has an example of each", () => {
    expect([...examples.keys()]).toEqual(["server.mjs", "fastify.mjs", "express.mjs"]);
  });

  it.each([
    ["server.mjs", ""],
    ["fastify.mjs", "/calls"],
    ["express.mjs", "/calls"],
  ])("%s exchanges, refuses with problems, and ends", async (name, mountPath) => {
    const { child, emulator, url } = await runExample(name);
    const server = at(emulator, `${url}${mountPath}`);
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);

    const refused = await fetch(`${server.url}/api/token/teams`, { method: "POST" });
    expect(refused.status).toBe(401);
    const { type } = (await refused.json()) as { type: string };
    expect(type).toBe(`${mountPath}/problems#caller-token-missing`);
    expect(await (await fetch(new URL(type, url))).text()).toContain('id="caller-token-missing"');
    expect(mountPath === "" || (await (await fetch(url)).text()) === "my own page").toBe(true);

    child.kill("SIGTERM");
    const [status] = await once(child, "exit");
    expect(status).toBe(0);
  });
});

describe("the Fastify plugin", () => {
  /** A host that does everything differently from us. */
  async function startHost() {
    const emulator = await freshEmulator();
    const config = readConfig(environmentFor(emulator));
    const host = Fastify({ ajv: { customOptions: { coerceTypes: "array" } }, bodyLimit: 100 });
    onTestFinished(() => host.close());
    host.setErrorHandler(async (_error, _request, reply) => reply.code(418).send("the host's error"));
    host.setNotFoundHandler(async (_request, reply) => reply.code(404).send("the host's 404"));
    host.get("/own", async () => ({ own: true }));
    host.post("/own", async (request) => request.body);
    await host.register(tokenExchange, { prefix: "/calls", config, logDestination });
    const url = await host.listen({ port: 0, host: "127.0.0.1" });
    return { host, url, server: at(emulator, `${url}/calls`) };
  }

  it("changes nothing of the host: no header, parser, handler or decorator of ours outside", async () => {
    const { host, url } = await startHost();
    const own = await fetch(`${url}/own`);
    for (const header of ["x-request-id", "content-security-policy", "cache-control", "vary"]) {
      expect(own.headers.get(header)).toBeNull();
    }
    const posted = await fetch(`${url}/own`, {
      method: "POST",
      body: "text",
      headers: { "content-type": "text/plain" },
    });
    expect(await posted.text()).toBe("text");
    expect(await (await fetch(`${url}/nowhere`)).text()).toBe("the host's 404");
    expect(await (await fetch(`${url}/calls/nowhere`)).text()).toBe("the host's 404");
    expect(host.hasRequestDecorator("caller")).toBe(false);
    expect(host.hasDecorator("drain")).toBe(false);
  });

  it("is not changed by the host: limits, parsing, coercion, problems and HEAD are ours", async () => {
    const { server } = await startHost();
    const { callerToken, teamsToken } = await issueBoth(server);
    // The host's body limit of 100 bytes would refuse it.
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    const call = (init: RequestInit) =>
      fetch(`${server.url}/api/token/teams`, {
        ...init,
        headers: { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken, ...init.headers },
      });
    const json = { "content-type": "application/json" };
    const number = await call({ method: "POST", body: '{"teamsUserToken":5}', headers: json });
    expect(await number.json()).toMatchObject({ type: "/calls/problems#request-invalid" });
    const large = await call({ method: "POST", body: JSON.stringify({ x: "y".repeat(20_000) }), headers: json });
    expect(large.status).toBe(413);
    const slash = await fetch(`${server.url}/api/token/teams/`, { method: "POST" });
    expect(slash.status).toBe(401);
    const head = await call({ method: "HEAD" });
    expect(head.status).toBe(404);
    const preflight = await call({
      method: "OPTIONS",
      headers: { origin: "https://app.example.com", "access-control-request-method": "POST" },
    });
    expect(preflight.headers.get("access-control-allow-origin")).toBe("https://app.example.com");
  });

  it("authenticates every route that it has, but for the public ones", async () => {
    const { server } = await startHost();
    expect((await fetch(`${server.url}/api/token/teams`)).status).toBe(401);
    expect((await fetch(`${server.url}/api/config`)).status).toBe(200);
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect((await fetch(`${server.url}/livez`, { method: "HEAD" })).status).toBe(200);
  });

  it("immediately says that the body is gone, if a hook of the host has read it", async () => {
    const emulator = await freshEmulator();
    const host = Fastify();
    onTestFinished(() => host.close());
    host.addHook("onRequest", async ({ raw }) => void (await raw.toArray()));
    await host.register(tokenExchange, {
      prefix: "/calls",
      config: readConfig(environmentFor(emulator)),
      logDestination,
    });
    const server = at(emulator, `${await host.listen({ port: 0, host: "127.0.0.1" })}/calls`);
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(500);
  });
});

describe("every mount", () => {
  it("ends with the host's or its own close()", async () => {
    const config = readConfig(environmentFor(await freshEmulator()));
    const ended: string[] = [];
    const notes = (name: string) => ({
      ...{ config, logDestination },
      configure: (app: FastifyInstance) => void app.addHook("onClose", async () => void ended.push(name)),
    });
    const host = Fastify();
    await host.register(tokenExchange, { prefix: "/calls", ...notes("plugin") });
    await host.close();
    const handler = await createConnectHandler(config, notes("handler"));
    await handler.close();
    expect(ended).toEqual(["plugin", "handler"]);
  });
});

describe("the Connect handler", () => {
  async function startHost(listenerOf: (handler: Awaited<ReturnType<typeof createConnectHandler>>) => RequestListener) {
    const emulator = await freshEmulator();
    const config = readConfig(environmentFor(emulator));
    const handler = await createConnectHandler(config, { mountPath: "/calls", logDestination });
    const host = createServer(listenerOf(handler)).listen(0, "127.0.0.1");
    await once(host, "listening");
    onTestFinished(async () => {
      host.close();
      host.closeAllConnections();
      await handler.close();
    });
    const url = `http://127.0.0.1:${(host.address() as { port: number }).port}`;
    return { url, server: at(emulator, `${url}/calls`) };
  }

  it("hands on what is not ours, untouched", async () => {
    const { url } = await startHost(
      (handler) => (request, response) => handler(request, response, () => response.end(`next of ${request.url}`)),
    );
    for (const path of ["/calls/nowhere?x=1", "/api/token/teams", "/callsapi/token/teams", "/"]) {
      const answer = await fetch(`${url}${path}`);
      expect(await answer.text()).toBe(`next of ${path}`);
      expect(answer.headers.get("x-request-id")).toBeNull();
    }
    const wrongMethod = await fetch(`${url}/calls/api/token/teams`, { method: "PUT" });
    expect(await wrongMethod.text()).toBe("next of /calls/api/token/teams");
  });

  it("works without a next, and then has its own 404", async () => {
    const { server } = await startHost((handler) => (request, response) => handler(request, response));
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    expect((await fetch(`${server.url}/nowhere`)).headers.get("content-type")).toContain("application/problem+json");
  });

  it("finds its routes as Express does, with a slash at the end and in any case", async () => {
    const { url } = await startHost(
      (handler) => (request, response) => handler(request, response, () => response.end()),
    );
    for (const path of ["/calls/livez/", "/Calls/LIVEZ", "/calls//livez?x"]) {
      expect([path, await (await fetch(url + path)).text()]).toEqual([path, '{"status":"live"}']);
    }
    expect(await (await fetch(`${url}/calls/%E0`)).text()).toBe("");
  });

  it("keeps nothing of a request whose client left before the host handed it over", async () => {
    let handedOver = 0;
    const { url } = await startHost((handler) => (request, response) => {
      response.once("close", () => {
        handler(request, response);
        handedOver += 1;
      });
    });
    const port = Number(new URL(url).port);
    const leave = () =>
      new Promise<void>((resolve) => {
        const socket = connect(port, "127.0.0.1", () => {
          socket.write("GET /calls/livez HTTP/1.1\r\nHost: x\r\n\r\n", () => socket.destroy());
          socket.on("close", () => resolve());
        });
      });
    const before = logLines.length;
    for (let i = 0; i < 20; i += 1) await leave();
    await until(() => handedOver === 20);
    expect(logLines.length).toBe(before);
  });

  describe.each<[string, Parsers]>([
    ["Express 5", express],
    ["Express 4", parsersOfExpress4],
  ])("behind the parsers of %s", (_name, { json, urlencoded, text, raw }) => {
    it.each<[string, (() => RequestListener)[]]>([
      ["json()", [() => json()]],
      ["urlencoded()", [() => urlencoded({ extended: false })]],
      ["urlencoded({ extended: true })", [() => urlencoded({ extended: true })]],
      ["text()", [() => text({ type: "*/*" })]],
      ["raw()", [() => raw({ type: "*/*" })]],
      ["all of them", [() => json(), () => urlencoded({ extended: true }), () => text(), () => raw()]],
    ])("%s: exchanges by JSON and by form", async (_parser, makers) => {
      const { server } = await startHost((handler) => {
        const app = express();
        for (const make of makers) app.use(make());
        return app.use("/calls", handler);
      });
      const { callerToken, teamsToken } = await issueBoth(server);
      expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
      const form = new URLSearchParams({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: teamsToken,
        subject_token_type: "urn:ietf:params:oauth:token-type:access_token",
      });
      const headers = { authorization: `Bearer ${callerToken}` };
      const post = async (body: URLSearchParams) =>
        answerOf(await fetch(`${server.url}/oauth2/token`, { method: "POST", headers, body }));
      expect((await post(form)).status).toBe(200);
      // A parser makes a list of it, and it stays refused.
      const twice = new URLSearchParams([...form, ["subject_token", teamsToken]]);
      expect((await post(twice)).body).toMatchObject({ error: "invalid_request" });
      const empty = { method: "POST", headers: { ...headers, "content-type": "application/json" }, body: "" };
      expect((await answerOf(await fetch(`${server.url}/api/token/teams`, empty))).problem).toContain(
        "teams-token-missing",
      );
    });
  });

  it("immediately says that the body is gone, if the host has read it and kept nothing", async () => {
    const { server } = await startHost((handler) => async (request, response) => {
      await request.toArray();
      handler(request, response);
    });
    const { callerToken, teamsToken } = await issueBoth(server);
    const answer = await exchange(server, callerToken, teamsToken);
    expect(answer).toMatchObject({ status: 500, problem: "/callsbody-already-read" });
    expect((answer.body as { detail: string }).detail).toContain("request.body");
  });

  it("takes a body that the host has parsed, and holds it to the same rules", async () => {
    const { server } = await startHost((handler) => async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString();
      Object.assign(request, { body: text === "" ? undefined : JSON.parse(text) });
      handler(request, response, () => response.end());
    });
    const { callerToken, teamsToken } = await issueBoth(server);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
    const invalid = await fetch(`${server.url}/api/token/teams`, {
      method: "POST",
      headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
      body: '{"teamsUserToken":5}',
    });
    expect(invalid.status).toBe(400);
  });
});

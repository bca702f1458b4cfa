// The page and the API below a path of a host, behind nginx as the deploy guide configures it and behind other proxies.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { hasNginx, locations, startNginx } from "./support/nginx.ts";
import {
  answerOf,
  exchange,
  exchangeBytes,
  freePort,
  issueBoth,
  startServer,
  type TestServer,
} from "./support/world.ts";

const basePath = "/teams";

function pageFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ["index.html", "redirect.html"]) writeFileSync(join(folder, name), name);
  return folder;
}

const startBelow = (settings: Record<string, string> = {}) =>
  startServer({ BASE_PATH: basePath, ...settings }, { pageFolder: pageFolder() });

const textOf = async (url: string) => {
  const response = await fetch(url);
  return [response.status, await response.text()];
};

/** What users, clients and probes need, at one address. */
async function expectAllBelow(server: TestServer, url: string): Promise<void> {
  expect(await textOf(`${url}/`)).toEqual([200, "index.html"]);
  expect(await textOf(`${url}/redirect.html`)).toEqual([200, "redirect.html"]);
  for (const path of ["/api/config", "/problems", "/livez", "/readyz", "/API/Config/"]) {
    expect([path, (await fetch(url + path)).status]).toEqual([path, 200]);
  }
  const { callerToken, teamsToken } = await issueBoth(server);
  expect((await exchange({ ...server, url }, callerToken, teamsToken)).status).toBe(200);
}

describe.skipIf(!hasNginx)("behind an nginx that", () => {
  it.each(Object.entries(locations))(
    "%s, everything works below the path and nothing beside it",
    async (_form, text) => {
      const server = await startBelow();
      const port = await freePort();
      onTestFinished(await startNginx(text, server.url, port));
      const origin = `http://127.0.0.1:${port}`;
      await expectAllBelow(server, `${origin}${basePath}`);

      const withoutSlash = await fetch(`${origin}${basePath}`, { redirect: "manual" });
      expect(new URL(withoutSlash.headers.get("location") ?? "", withoutSlash.url).href).toBe(`${origin}${basePath}/`);
      expect((await fetch(`${origin}/api/config`)).status).toBe(404);
    },
  );
});

describe("with a BASE_PATH", () => {
  it("the server answers with the path and without it", async () => {
    const server = await startBelow();
    await expectAllBelow(server, `${server.url}${basePath}`);
    await expectAllBelow(server, server.url);
  });

  it.each(["/teams/", " /teams "])("%j means the same", async (given) => {
    const { app } = await startBelow({ BASE_PATH: given });
    expect((await app.inject("/teams/")).payload).toBe("index.html");
  });

  it("the page without its slash leads to the page with it, at whatever address the proxy has", async () => {
    const { app } = await startBelow({ BASE_PATH: "/a/teams" });
    for (const [address, location] of [
      ["/a/teams", "teams/"],
      ["/a/teams?error=x&y=?", "teams/?error=x&y=?"],
      ["http://elsewhere.example/a/teams?x", "teams/?x"],
    ]) {
      const { statusCode, headers } = await app.inject(address ?? "");
      expect([statusCode, headers.location]).toEqual([308, location]);
    }
  });

  it("every address in an answer has it", async () => {
    const server = await startBelow({ ADMIN_APP_ROLE: "Exchange.Admin" });
    const { callerToken, teamsToken } = await issueBoth(server);
    const asked = await fetch(`${server.url}/api/token/teams`, {
      headers: { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken },
    });
    expect(asked.headers.get("link")).toBe('</teams/api/token/teams>; rel="successor-version"');
    await answerOf(asked);

    const typeOf = async (path: string, init: RequestInit = {}) =>
      ((await (await fetch(server.url + path, init)).json()) as Record<string, string>)["type"];
    expect(await typeOf("/nowhere")).toBe("/teams/problems#not-found");
    expect(await typeOf("/api/token/teams", { method: "POST" })).toBe("/teams/problems#caller-token-missing");
    const unreadable = await exchangeBytes(server, `GET / HTTP/1.1\r\nHost: x\r\nX: ${"x".repeat(40_000)}\r\n\r\n`);
    expect(unreadable).toContain('"/teams/problems#headers-too-large"');

    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as Record<string, unknown>;
    expect(document).toMatchObject({ servers: [{ url: "/teams" }], paths: { "/api/token/teams": {} } });
  });

  it("and a path that a host gives, the host's path counts, and its other paths stay its own", async () => {
    const { app } = await startServer({ BASE_PATH: basePath }, { mountPath: "/calls" });
    const statusOf = async (url: string) => (await app.inject(url)).statusCode;
    expect(await statusOf("/calls/api/config")).toBe(200);
    for (const other of ["/teams/api/config", "/api/config", "/livez"]) expect(await statusOf(other)).toBe(404);
  });
});

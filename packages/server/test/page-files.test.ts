// The built client as the server hands it out: which file, in which coding, cached how.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startServer, type TestServer } from "./support/world.ts";

const script = "/assets/main-Ab3_-xyZ.js";

async function serverWithClient(): Promise<TestServer & { folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), "client-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await mkdir(join(folder, "assets"));
  const files = { "index.html": "<p>page", "redirect.html": "<p>bridge", "odd.bin": "odd", [script]: "plain" };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await writeFile(join(folder, `${script}.br`), "in brotli");
  await writeFile(join(folder, `${script}.gz`), "in gzip");
  return { ...(await startServer({}, { pageFolder: folder })), folder };
}

/** Directly through the router, because fetch decodes. */
async function get(
  { app }: TestServer,
  url: string,
  headers: Record<string, string> = {},
  method: "GET" | "HEAD" = "GET",
) {
  const answer = await app.inject({ method, url, headers });
  return { status: answer.statusCode, text: answer.payload, headers: answer.headers };
}

describe("files of the client", () => {
  it.each([
    ["br, gzip", "in brotli", "br"],
    ["gzip, deflate, BR", "in brotli", "br"],
    ["gzip", "in gzip", "gzip"],
    ["gzip, br;q=0", "in gzip", "gzip"],
    ["br; q=0.0, gzip;q=0", "plain", undefined],
    ["identity", "plain", undefined],
    ["", "plain", undefined],
  ])("come in the best coding that the browser takes: %s", async (accepted, text, coding) => {
    const server = await serverWithClient();
    const answer = await get(server, script, { "accept-encoding": accepted });
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers).toMatchObject({
      "content-type": "text/javascript; charset=utf-8",
      "content-length": String(text.length),
      vary: expect.stringContaining("accept-encoding"),
    });
    expect(answer.headers["content-encoding"]).toBe(coding);
  });

  it("have the headers of pages, which data does not have", async () => {
    const server = await serverWithClient();
    for (const url of ["/", "/redirect.html", script, "/problems"]) {
      const { headers } = await get(server, url);
      expect(headers["content-security-policy"]).toContain("script-src 'self'");
      expect(headers["permissions-policy"]).toContain("microphone=(self)");
      expect(headers["permissions-policy"]).toContain("geolocation=()");
    }
    for (const url of ["/api/config", "/livez", "/readyz", "/openapi.json", "/nowhere"]) {
      const { headers } = await get(server, url);
      expect([url, headers["content-security-policy"]]).toEqual([url, "default-src 'none'; frame-ancestors 'none'"]);
      expect(headers).not.toHaveProperty("permissions-policy");
      expect(headers).not.toHaveProperty("cross-origin-opener-policy");
    }
  });

  it("are cached for a year if their name contains their hash, and not at all otherwise", async () => {
    const server = await serverWithClient();
    expect((await get(server, script)).headers["cache-control"]).toBe("public, max-age=31536000, immutable");
    for (const url of ["/", "/index.html", "/redirect.html", "/odd.bin"]) {
      expect((await get(server, url)).headers["cache-control"]).toBe("no-store");
    }
  });

  it("come without COOP only where MSAL's bridge must reach its opener", async () => {
    const server = await serverWithClient();
    const policy = "cross-origin-opener-policy";
    expect((await get(server, "/redirect.html")).headers[policy]).toBeUndefined();
    expect((await get(server, "/")).headers[policy]).toBe("same-origin-allow-popups");
  });

  it("are not guessed at: what the type is not known of is a download's", async () => {
    const { headers } = await get(await serverWithClient(), "/odd.bin");
    expect(headers["content-type"]).toBe("application/octet-stream");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  it("answer HEAD with only the headers", async () => {
    const answer = await get(await serverWithClient(), script, { "accept-encoding": "br" }, "HEAD");
    expect(answer).toMatchObject({ status: 200, text: "" });
    expect(answer.headers).toMatchObject({ "content-length": "9", "content-encoding": "br" });
  });

  it.each([`${script}.br`, "/assets/", "/assets", "/../package.json", "/..%2fpackage.json", "/assets/%2e%2e/%2e%2e/x"])(
    "are all there is: %s is not found",
    async (url) => {
      expect((await get(await serverWithClient(), url)).status).toBe(404);
    },
  );

  it("that a new build took away are not found, and nothing else fails", async () => {
    const server = await serverWithClient();
    await rm(server.folder, { recursive: true });
    const answer = await get(server, script, { "accept-encoding": "br" });
    expect(answer.status).toBe(404);
    expect(answer.headers["content-encoding"]).toBeUndefined();
    expect((await get(server, "/livez")).status).toBe(200);
  });
});

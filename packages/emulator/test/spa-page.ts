// A small single-page application with msal-browser, on a free port of http://localhost.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

const library = dirname(dirname(createRequire(import.meta.url).resolve("@azure/msal-browser/package.json")));
const bundle = (path: string) => join(library, "msal-browser", "lib", path);

const pages: Record<string, string> = {
  "/": '<!doctype html><title>SPA</title><script src="/msal.js"></script>',
  "/redirect.html":
    '<!doctype html><title>Bridge</title><script src="/bridge.js"></script><script>msalRedirectBridge.broadcastResponseToMainFrame()</script>',
};

const scripts: Record<string, string> = {
  "/msal.js": bundle("msal-browser.min.js"),
  "/bridge.js": bundle("redirect-bridge/msal-redirect-bridge.min.js"),
};

/** @returns its origin, and a function that stops it */
export async function serveSpa(): Promise<{ origin: string; close(): void }> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const script = scripts[pathname];
    if (script) response.setHeader("content-type", "text/javascript").end(await readFile(script));
    else response.setHeader("content-type", "text/html").end(pages[pathname] ?? "");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, close };
}

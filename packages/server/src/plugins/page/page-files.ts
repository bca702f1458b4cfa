// The built client at `/`, so that one process is a whole deployment. Absent from an API-only installation. Only files that
// exist at start have a route, so no address can lead out of the folder; nothing is compressed here, the build did that.
import { existsSync } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { basename, extname, join, relative, sep } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Problem } from "../../problems/problem.ts";

/** The types that the build makes; any other file is offered as a download. */
const mediaTypes: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/** Compressed twins that the build may have laid beside a file, the smaller first. */
const encodings = [
  { name: "br", ending: ".br" },
  { name: "gzip", ending: ".gz" },
] as const;
const isTwin = (path: string) => encodings.some(({ ending }) => path.endsWith(ending));

interface PageFile {
  readonly path: string;
  readonly twins: readonly { readonly name: string; readonly path: string }[];
}

/** Whether an Accept-Encoding header names this coding without refusing it by `q=0` (RFC 9110, section 12.5.3). */
const accepts = (header: string, coding: string) =>
  header.split(",").some((item) => {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim().toLowerCase());
    return name === coding && !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  });

async function listFiles(folder: string): Promise<PageFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = new Set(
    entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name)),
  );
  const twinsOf = (path: string) =>
    encodings.map(({ name, ending }) => ({ name, path: path + ending })).filter((twin) => paths.has(twin.path));
  return [...paths].filter((path) => !isTwin(path)).map((path) => ({ path, twins: twinsOf(path) }));
}

async function sendFile(request: FastifyRequest, reply: FastifyReply, { path, twins }: PageFile) {
  const name = basename(path);
  const isHashed = /-[\w-]{8}\.\w+(\.map)?$/.test(name);
  reply
    .type(mediaTypes[extname(name)] ?? "application/octet-stream")
    .header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-store");
  // MSAL's redirect bridge answers the opener, which a COOP header would cut off.
  if (name === "redirect.html") reply.removeHeader("cross-origin-opener-policy");

  const twin = twins.find((candidate) => accepts(request.headers["accept-encoding"] ?? "", candidate.name));
  // Beside the origin, which CORS has named there already.
  if (twins.length > 0) reply.header("vary", [reply.getHeader("vary") ?? [], "accept-encoding"].flat().join(", "));
  if (twin) reply.header("content-encoding", twin.name);
  const file = await open(twin?.path ?? path).catch((cause: unknown) => {
    // A new build took it away while this process was running.
    reply.removeHeader("content-encoding");
    throw new Problem("not-found", { cause });
  });
  reply.header("content-length", (await file.stat()).size);
  if (request.method !== "HEAD") return reply.send(file.createReadStream());
  await file.close();
  return reply.send();
}

/**
 * Below a path, the page's own addresses are relative to the slash at its end. The redirect is relative too, because only the
 * browser knows the address before a proxy changed it.
 */
function addSlashRedirect(app: FastifyInstance): void {
  const folder = basename(app.mountPath);
  app.route({
    method: ["GET", "HEAD"],
    url: "/",
    prefixTrailingSlash: "no-slash",
    config: { shownAs: "/*" },
    handler({ originalUrl }, reply) {
      const [, query] = /(\?.*)?$/.exec(originalUrl) ?? [];
      return reply
        .code(308)
        .header("location", `${folder}/${query ?? ""}`)
        .send();
    },
  });
}

/** Adds a route for each file of the folder, if it exists. All are public: they are the page on which people sign in. */
export async function addPageFiles(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) return;
  if (app.mountPath !== "") addSlashRedirect(app);
  for (const file of await listFiles(folder)) {
    const address = `/${relative(folder, file.path).split(sep).join("/")}`;
    for (const url of address === "/index.html" ? ["/", address] : [address]) {
      app.route({
        method: ["GET", "HEAD"],
        url,
        prefixTrailingSlash: "slash",
        // One name for all of them: the names of built files change with every build.
        config: { shownAs: "/*", isPage: true },
        handler: (request, reply) => sendFile(request, reply, file),
      });
    }
  }
}

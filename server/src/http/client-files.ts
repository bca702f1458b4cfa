// The built client at `/`, so that one process is a whole deployment. Absent from an API-only installation.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyInstance } from "fastify";

/** Mounts the files of the folder, where it exists. All are public: they are the page on which people sign in. */
export async function mountClientFiles(app: FastifyInstance, folder: string): Promise<void> {
  if (!existsSync(join(folder, "index.html"))) return;
  await app.register(async (files) => {
    // One name for all of them: the names of built files change with every build.
    files.addHook("onRoute", (route) => {
      route.config = { ...route.config, shownAs: "/*" };
    });
    await files.register(staticFiles, {
      root: folder,
      cacheControl: false,
      etag: false,
      lastModified: false,
      wildcard: false,
      setHeaders(reply, path) {
        const isHashed = /-[\w-]{8}\.\w+$/.test(basename(path));
        reply.header("cache-control", isHashed ? "public, max-age=31536000, immutable" : "no-store");
        // MSAL's redirect bridge answers the opener, which a COOP header would cut off.
        if (basename(path) === "redirect.html") reply.removeHeader("cross-origin-opener-policy");
      },
    });
  });
}

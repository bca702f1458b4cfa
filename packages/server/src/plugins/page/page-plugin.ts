// The page: GET /api/config, with what a client must know before anyone has signed in, and the files of a built page at `/`.
import type { Plugin } from "../../core/plugin.ts";
import { addClientConfigRoute, type PageConfig } from "./client-config-route.ts";
import { addPageFiles } from "./page-files.ts";

/** The plugin. @param folder the folder of a built page; `false` for none */
export const page = (config: PageConfig, folder: string | false): Plugin => ({
  name: "page",
  async addPublicRoutes(scope, core) {
    addClientConfigRoute(scope, config, core);
    if (folder !== false) await addPageFiles(scope, folder);
  },
});

// Part of npm run build: packages/cli/page, the page without the Calling SDK, whose licence forbids redistribution. The build
// of the page fails if it contains the SDK.
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";
import { readArguments } from "./arguments.mjs";
import { licencesOf, noticesText } from "./third-party-notices.mjs";
import { root } from "./tools.mjs";

readArguments({
  command: "node scripts/bundle-page.mjs",
  does: "Builds the page without the Calling SDK. Part of npm run build.",
});

const from = join(root, "apps/page/dist-no-calling");
const to = join(root, "packages/cli/page");

process.env.CALLING_SDK = "none";
const modules = new Set();
await build({
  root: join(root, "apps/page"),
  logLevel: "warn",
  // Source maps are two thirds of the page. The repository has the sources.
  build: { sourcemap: false },
  plugins: [
    {
      name: "collect-modules",
      generateBundle(_options, files) {
        for (const file of Object.values(files)) {
          for (const [module, { renderedLength }] of Object.entries(file.modules ?? {}))
            if (renderedLength > 0) modules.add(module);
        }
      },
    },
  ],
});
rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
writeFileSync(join(to, "THIRD-PARTY-NOTICES.txt"), noticesText("The page", licencesOf(modules)));

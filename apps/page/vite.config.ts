import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const compressible = /\.(js|css|html|svg)$/;

/** Writes a `.br` and a `.gz` file next to every text file, so that the server does not have to compress. */
function precompress(): Plugin {
  let folder = "dist";
  return {
    name: "precompress",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = await readdir(folder, { recursive: true });
      const compress = async (file: string) => {
        const path = join(folder, file);
        const content = await readFile(path);
        // The calling chunk has 7 MB. At quality 11 it would take longer than the rest of the build and become only a little smaller.
        const quality = content.length > 1_000_000 ? 9 : 11;
        const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: quality } };
        await writeFile(`${path}.br`, await promisify(brotliCompress)(content, brotli));
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
      };
      await Promise.all(files.filter((file) => compressible.test(file)).map(compress));
    },
  };
}

/**
 * With `CALLING_SDK=none` the page is built without the Calling SDK, into dist-no-calling/. Only that build may be published:
 * the license of the SDK does not allow redistribution.
 */
const withCallingSdk = process.env["CALLING_SDK"] !== "none";

/** Fails the build if code of the Calling SDK is in its output. */
function refuseCallingSdk(): Plugin {
  return {
    name: "refuse-calling-sdk",
    generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        const modules = file.type === "chunk" ? file.moduleIds : [];
        if (modules.some((id) => id.includes("/@azure/communication-calling/"))) {
          this.error(`${file.fileName} contains the Calling SDK, which must not be published`);
        }
      }
    },
  };
}

export default defineConfig({
  // Relative addresses, so that one build works at the root of a host and below any path.
  base: "./",
  plugins: withCallingSdk ? [react(), precompress()] : [react(), refuseCallingSdk(), precompress()],
  define: { __CALLING_SDK__: JSON.stringify(withCallingSdk) },
  build: {
    outDir: withCallingSdk ? "dist" : "dist-no-calling",
    target: "es2023",
    // Every browser of that target preloads modules without a polyfill.
    modulePreload: { polyfill: false },
    // The source is public anyway, and the source map makes error reports readable.
    sourcemap: true,
    // The calling chunk is one file of the SDK. It is loaded only when the user joins a call.
    chunkSizeWarningLimit: 7000,
    rolldownOptions: {
      output: {
        // Both have an entry called index.js or sdk.bundle.js, which says nothing.
        chunkFileNames({ moduleIds }) {
          if (moduleIds.some((id) => id.includes("/@azure/communication-calling/")))
            return "assets/microsoft-sdk-[hash].js";
          if (moduleIds.some((id) => id.includes("/calling-sdk/"))) return "assets/emulated-sdk-[hash].js";
          return "assets/[name]-[hash].js";
        },
      },
      input: { main: "index.html", redirect: "redirect.html", explain: "explain.html" },
    },
  },
  server: {
    // For development of the page: `npm start` runs the server that handles these requests.
    proxy: { "/api": "http://localhost:3000" },
  },
});

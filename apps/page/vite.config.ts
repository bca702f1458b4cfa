import { readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

const compressible = /\.(js|css|html|svg)$/;

/** Writes a `.br` and a `.gz` beside every text file, so that the server never compresses anything itself. */
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
        // The calling chunk is 7 MB: at quality 11 it alone would take longer than the whole build, for some per cent.
        const quality = content.length > 1_000_000 ? 9 : 11;
        const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: quality } };
        await writeFile(`${path}.br`, await promisify(brotliCompress)(content, brotli));
        await writeFile(`${path}.gz`, await promisify(gzip)(content, { level: 9 }));
      };
      await Promise.all(files.filter((file) => compressible.test(file)).map(compress));
    },
  };
}

export default defineConfig({
  plugins: [react(), precompress()],
  build: {
    target: "es2023",
    // Every browser of that target preloads modules by itself.
    modulePreload: { polyfill: false },
    // The map of a page that holds tokens is as public as the page; it makes reports of failures readable.
    sourcemap: true,
    // The calling chunk is one file of the SDK; nothing of it loads before somebody joins.
    chunkSizeWarningLimit: 7000,
    rolldownOptions: {
      input: { main: "index.html", redirect: "redirect.html", explain: "explain.html" },
    },
  },
  server: {
    // For work on the client alone: `npm start` runs the server that answers these.
    proxy: { "/api": "http://localhost:3000" },
  },
});

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, it } from "vitest";

const limitBytes = 15_000;
const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));

it("the main entry has at most 15 kB after gzip, without the peers and without zod", async () => {
  const peers = [/^@azure\//, "react"];
  const bundle = await rolldown({ input: entry, external: peers, platform: "browser", logLevel: "silent" });
  const { output } = await bundle.generate({ format: "esm", minify: true });
  await bundle.close();
  const chunks = output.filter((file) => file.type === "chunk");
  expect(chunks.flatMap(({ moduleIds }) => moduleIds).filter((id) => /node_modules\/(zod|jose)\//.test(id))).toEqual(
    [],
  );
  const bytes = chunks.reduce((sum, { code }) => sum + gzipSync(code).length, 0);
  process.stdout.write(`@teams-token-exchange/client: ${bytes} bytes after gzip\n`);
  expect(bytes).toBeLessThanOrEqual(limitBytes);
});

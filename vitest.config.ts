import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["emulator", "server", "server/vitest.http.config.ts", "client", "tools", "docs"],
    // On two cores Vitest would run one file at a time, although many of them wait for most of theirs.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});

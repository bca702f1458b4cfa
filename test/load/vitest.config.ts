import { defineConfig } from "vitest/config";

// The long tests: those in this folder, and those of the server whose size comes from the environment.
export default defineConfig({
  test: {
    name: "load",
    root: `${import.meta.dirname}/../..`,
    include: ["test/load/*.test.ts", "packages/server/test/{faults-of-the-process,mutated-tokens}.test.ts"],
    testTimeout: 900_000,
    // One after the other, because each needs the whole machine.
    fileParallelism: false,
  },
});

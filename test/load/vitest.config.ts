import { defineConfig } from "vitest/config";

// The long forms: the tests beside this file, and those of the server that take their size from the environment.
export default defineConfig({
  test: {
    name: "load",
    root: `${import.meta.dirname}/../..`,
    include: ["test/load/*.test.ts", "packages/server/test/{faults-of-the-process,mutated-tokens}.test.ts"],
    testTimeout: 900_000,
    // One after the other: each wants the machine for itself.
    fileParallelism: false,
  },
});

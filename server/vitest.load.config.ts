import { defineConfig } from "vitest/config";

// The long forms: tests of their own in load/, and those tests of test/ that take their size from the environment.
export default defineConfig({
  test: {
    name: "load",
    root: import.meta.dirname,
    include: ["load/**/*.test.ts", "test/faults-of-the-process.test.ts", "test/mutated-tokens.test.ts"],
    testTimeout: 900_000,
    // One after the other: each wants the machine for itself.
    fileParallelism: false,
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "packages",
    globalSetup: "support/pack.ts",
    // Installing takes most of the time. This only ends a test that hangs, even on a slow machine.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    include: ["**/*.test.ts"],
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "packages",
    globalSetup: "support/pack.ts",
    // Installing takes most of the time; this only ends what hangs, on a slow machine too.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    include: ["**/*.test.ts"],
  },
});

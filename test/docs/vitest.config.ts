import { defineConfig } from "vitest/config";

export default defineConfig({
  // The parser of workflows names source maps that it does not bring along; each would be a warning.
  logLevel: "error",
  test: {
    name: "docs",
    // Conditions are waited for, not times; this only ends what hangs, on a slow machine too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ["**/*.test.ts"],
    // It imports JSON in the way of bundlers.
    server: { deps: { inline: ["@actions/workflow-parser", "@actions/expressions"] } },
  },
});

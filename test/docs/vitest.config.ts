import { defineConfig } from "vitest/config";

export default defineConfig({
  // The workflow parser refers to source maps that it does not contain. Each would cause a warning.
  logLevel: "error",
  test: {
    name: "docs",
    // Tests wait for conditions, not for times. This only ends a test that hangs, even on a slow machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    include: ["**/*.test.ts"],
    // The parser imports JSON as only bundlers allow.
    server: { deps: { inline: ["@actions/workflow-parser", "@actions/expressions"] } },
  },
});

import { defineConfig } from "vitest/config";
import { patience } from "../../vitest.patience.ts";

export default defineConfig({
  // The workflow parser refers to source maps that it does not contain. Each would cause a warning.
  logLevel: "error",
  test: {
    name: "docs",
    ...patience,
    include: ["**/*.test.ts"],
    // The parser imports JSON as only bundlers allow.
    server: { deps: { inline: ["@actions/workflow-parser", "@actions/expressions"] } },
  },
});

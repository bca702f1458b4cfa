import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "server",
    // Conditions are waited for, not times; this only ends what hangs, on a slow machine too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The HTTP tests are a project of their own: vitest.http.config.ts.
    include: ["src/**/*.test.ts"],
  },
});

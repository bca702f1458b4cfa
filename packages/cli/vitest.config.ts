import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "cli",
    // Conditions are waited for, not times; this only ends what hangs, on a slow machine too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
  },
});

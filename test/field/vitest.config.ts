import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "field",
    // Conditions are waited for, not times; this only ends what hangs, on a slow machine too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    include: ["**/*.test.ts"],
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "emulator",
    // Suites in Chromium share two cores with everything else.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
  },
});

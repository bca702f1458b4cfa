import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "emulator",
    // Suites in Chromium are slow when they share two cores with other tests.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Test files share a worker, because importing the emulator and the SDKs again takes a quarter of the time.
    isolate: false,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
  },
});

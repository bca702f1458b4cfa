import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "emulator",
    // Suites in Chromium share two cores with everything else.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Files share their worker: to import the emulator and the SDKs again takes a quarter of all the time.
    isolate: false,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
  },
});

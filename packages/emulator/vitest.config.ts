import { defineConfig } from "vitest/config";
import { patience } from "../../vitest.patience.ts";

export default defineConfig({
  test: {
    name: "emulator",
    ...patience,
    // Test files share a worker, because importing the emulator and the SDKs again takes a quarter of the time.
    isolate: false,
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
  },
});

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    name: "server over HTTP",
    root: import.meta.dirname,
    // Conditions are waited for, not times; this only ends what hangs, on a slow machine too.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files share their worker: to import the server and its SDKs again takes longer than most files.
    isolate: false,
    setupFiles: ["test/support/every-file.ts"],
    include: ["test/**/*.test.ts"],
  },
});

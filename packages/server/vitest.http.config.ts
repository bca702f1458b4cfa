import { defineConfig } from "vitest/config";
import { patience } from "../../vitest.patience.ts";

export default defineConfig({
  test: {
    name: "server over HTTP",
    root: import.meta.dirname,
    ...patience,
    // Files share their worker: to import the server and its SDKs again takes longer than most files.
    isolate: false,
    setupFiles: ["test/support/every-file.ts"],
    include: ["test/**/*.test.ts"],
  },
});

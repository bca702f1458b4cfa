import { defineConfig } from "vitest/config";

// Each mutant is a run of its own, and starts a thread for each test file. So there is only one. Stryker copies this folder, so
// this file imports nothing from outside of it.
export default defineConfig({
  test: {
    name: "mutation",
    // A test that waits in vain for what a mutant does not do fails after this.
    testTimeout: 30_000,
    include: ["all.test.ts"],
    reporters: [],
  },
});

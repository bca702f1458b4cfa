import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      "packages/rules",
      "packages/emulator",
      "packages/server",
      "packages/server/vitest.http.config.ts",
      "packages/client",
      "apps/page",
      "packages/cli",
      "test/docs",
      "test/field",
      "test/packages",
      "test/scripts",
    ],
  },
});

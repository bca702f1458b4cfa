import { defineConfig } from "vitest/config";
import { loopbackDirectly } from "./scripts/tools.mjs";

Object.assign(process.env, loopbackDirectly(process.env));

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

import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["emulator", "server", "server/vitest.http.config.ts", "client", "tools", "docs"],
  },
});

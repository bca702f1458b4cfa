import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["emulator", "server", "client", "tools", "docs"],
  },
});

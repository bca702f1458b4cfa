import { defineConfig } from "vitest/config";
import { patience } from "../../vitest.patience.ts";

export default defineConfig({
  test: {
    name: "server",
    ...patience,
    // The HTTP tests are a project of their own: vitest.http.config.ts.
    include: ["src/**/*.test.ts"],
  },
});

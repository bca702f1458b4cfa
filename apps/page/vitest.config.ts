import { defineConfig } from "vitest/config";
import { patience } from "../../vitest.patience.ts";

export default defineConfig({
  test: {
    name: "page",
    ...patience,
    include: ["src/**/*.test.ts"],
  },
  define: { __CALLING_SDK__: "true" },
});

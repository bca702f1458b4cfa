import { defineConfig } from "vitest/config";
import { patience } from "../../vitest.patience.ts";

export default defineConfig({
  test: {
    name: "packages",
    ...patience,
    globalSetup: "support/pack.ts",
    include: ["**/*.test.ts"],
  },
});

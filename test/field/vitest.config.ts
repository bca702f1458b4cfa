import { defineConfig } from "vitest/config";
import { patience } from "../../vitest.patience.ts";

export default defineConfig({
  test: {
    name: "field",
    ...patience,
    include: ["**/*.test.ts"],
  },
});

import { defineConfig } from "vitest/config";

// The tests of the pure rules alone, for the short form of mutation testing.
export default defineConfig({
  test: {
    name: "rules",
    include: ["src/entra/access-token.test.ts", "src/entra/claim-forms.test.ts", "src/teams-token/teams-token.test.ts"],
  },
});

import { defineConfig } from "vitest/config";

// The tests that answer for the rules and the guard: the tables beside the code and the HTTP tests of both tokens. The
// others would find the same mutants again, later.
export default defineConfig({
  test: {
    name: "mutation",
    testTimeout: 60_000,
    include: ["src/**/*.test.ts", "test/authentication.test.ts", "test/exchange.test.ts", "test/quota-guard.test.ts"],
  },
});

// Mutation testing of the rules and the guard. `npm run test:mutation` runs all of it; with MUTATE=short only the rules for
// the Teams token and the tests beside them, as `npm test` does.
const isShort = process.env.MUTATE === "short";

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  vitest: { configFile: isShort ? "vitest.rules.config.ts" : "vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: isShort
    ? ["src/teams-token/teams-token.ts"]
    : ["src/entra/*.ts", "src/teams-token/*.ts", "src/jwt-parts.ts", "src/spending/*.ts", "!src/**/*.test.ts"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  // A mutant that never ends is told by counting, one whose test waits in vain by the test's own limit. So this only ends what
  // neither catches, and a slow machine is not taken for a mutant.
  timeoutMS: 120_000,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 100, low: 95, break: 95 },
  tempDirName: "node_modules/.cache/stryker",
  // The runner strips types and needs no tsconfig; rewriting one takes TypeScript's old API, which version 7 lacks.
  tsconfigFile: "none",
  symlinkNodeModules: true,
};

// Mutation testing of the server's own checks and the quota guard: `npm run test:mutation`. The rules have theirs in packages/rules.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: ["src/entra/*.ts", "src/teams-token/*.ts", "src/jwt-parts.ts", "src/spending/*.ts", "!src/**/*.test.ts"],
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

// Mutation testing of the rules: `npm test` runs all of it, because it takes half a minute.
//
// These changes have no effect that a test could see:
// - caller-token.ts: another text for an absent client, scope or context. No such text is in any list of allowed values.
// - teams-token.ts: no `return undefined` at the end of a function, which returns the same.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: ["src/{caller-token,claim-forms,issuers,teams-token,token-form,base64url}.ts"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  // A slow machine must not be taken for a mutant that never ends.
  timeoutMS: 120_000,
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 100, low: 95, break: 95 },
  tempDirName: "node_modules/.cache/stryker",
  // The runner strips types and needs no tsconfig; rewriting one takes TypeScript's old API, which version 7 lacks.
  tsconfigFile: "none",
  symlinkNodeModules: true,
};

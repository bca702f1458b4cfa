// Mutation testing of the server's own checks and the quota guard: `npm run test:mutation` changes the code in one place at a time
// and expects a test to fail. It fails below 95%. The rules have their own configuration in packages/rules.
//
// These changes have no effect that a test could see:
// - entra/authenticate.ts: no comparison of the header's length (it only saves work), or another text for an absent header.
// - entra/fetch-signing-keys.ts: another result for a key that Node cannot read. No such key is known, but a key set is foreign
//   input, so the check stays.
// - entra/signature.ts: another encoding of the signed text. The text is ASCII by then, which all encodings write alike.
// - entra/jwt-parts.ts: no `return undefined` at the end of a function, which returns the same.
// - quota/sorted-times.ts: no check of the first time, which only saves a search. quota/waiting-callers.ts: no check
//   whether a place was missed. quota/quota-window.ts: no short way for one tenant.
// - rate-limit/rate-limit.ts: Redis in use although none is configured. The library then counts in memory.
// - quota/redis-quota-guard.ts: a pause that outlives its guard by up to a second; an invalid first entry in the list of own
//   calls, which is dropped before use; times and calls of an instance that never reached Redis, which has no share.

/** @type {import("@stryker-mutator/api/core").PartialStrykerOptions} */
export default {
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  plugins: ["@stryker-mutator/vitest-runner"],
  mutate: ["src/{entra,exchange,quota,rate-limit}/*.ts", "!src/**/*.test.ts"],
  coverageAnalysis: "perTest",
  concurrency: 2,
  // The runner counts to detect endless loops, and the limit of each test ends one that waits in vain. So this only ends what
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

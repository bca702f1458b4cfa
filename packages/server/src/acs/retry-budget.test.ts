import { expect, it } from "vitest";
import { createRetryBudget } from "./resilience.ts";

/** How many of these calls were repeated, when each of them wanted to be. */
function retriesOf(calls: number): number {
  const budget = createRetryBudget();
  let retries = 0;
  for (let i = 0; i < calls; i += 1) {
    budget.called();
    if (budget.take()) retries += 1;
  }
  return retries;
}

it("lets a quiet server repeat its first call", () => expect(retriesOf(1)).toBe(1));
it.each([10, 100, 1000, 12_345])("repeats at most one in ten of %i calls", (calls) => {
  expect(retriesOf(calls)).toBeLessThanOrEqual(calls / 10);
  expect(retriesOf(calls)).toBeGreaterThanOrEqual(Math.floor(calls / 10) - 1);
});
it("saves up ten retries at most", () => {
  const budget = createRetryBudget();
  for (let i = 0; i < 100_000; i += 1) budget.called();
  let retries = 0;
  while (budget.take()) retries += 1;
  expect(retries).toBe(10);
});

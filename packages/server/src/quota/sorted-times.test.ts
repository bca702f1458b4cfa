import { expect, it } from "vitest";
import { countUpTo, forgetTimes } from "./sorted-times.ts";

it.each([
  [-1, 0],
  [0, 1],
  [5, 4],
  [6, 4],
  [9, 6],
  [10, 6],
])("counts what is up to %i, that included", (limit, count) => {
  expect(countUpTo([0, 1, 5, 5, 7, 9], limit)).toBe(count);
});

it("forgets what is up to a time, and says how many are left", () => {
  const times = [0, 1, 5, 5, 7];
  expect([forgetTimes(times, -1), forgetTimes(times, 5), times]).toEqual([5, 1, [7]]);
});

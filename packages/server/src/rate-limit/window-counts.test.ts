import { expect, it } from "vitest";
import { createWindowCounts } from "./window-counts.ts";

it("a key is counted for a minute from its first time", () => {
  let nowMs = 0;
  const counts = createWindowCounts(() => nowMs);
  expect(counts.add("a")).toEqual({ count: 1, msBeforeNext: 60_000 });
  nowMs = 59_999;
  expect(counts.add("a")).toEqual({ count: 2, msBeforeNext: 1 });
  nowMs = 60_000;
  expect(counts.add("a")).toEqual({ count: 1, msBeforeNext: 60_000 });
});

it("remembers at most 100,000 keys of 700,000", () => {
  const counts = createWindowCounts(() => 0);
  for (let i = 0; i < 700_000; i += 1) counts.add(String(i));
  expect(counts.size).toBe(100_000);
});

it("forgets the keys that were counted longest ago", () => {
  const counts = createWindowCounts(() => 0, 2);
  for (const key of ["a", "b", "c", "a", "d"]) counts.add(key);
  // The latest two keep their counts, and an older one is forgotten.
  expect(counts.add("a").count).toBe(3);
  expect(counts.add("d").count).toBe(2);
  expect(counts.add("b").count).toBe(1);
});

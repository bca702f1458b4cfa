import { describe, expect, it } from "vitest";
import { countUpTo, insertTime, removeTime } from "./quota-window.ts";

describe("a list of times", () => {
  it("stays ascending if they come in any order", () => {
    const times: number[] = [];
    for (const time of [5, 1, 9, 5, 7, 0]) insertTime(times, time);
    expect(times).toEqual([0, 1, 5, 5, 7, 9]);
  });

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

  it("loses one occurrence at a time", () => {
    const times = [0, 1, 5, 5, 7];
    removeTime(times, 5);
    expect(times).toEqual([0, 1, 5, 7]);
    removeTime(times, 0);
    expect(times).toEqual([1, 5, 7]);
    removeTime(times, 7);
    expect(times).toEqual([1, 5]);
  });
});

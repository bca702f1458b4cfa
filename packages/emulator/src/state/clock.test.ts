// Tests the clock with a base clock that the test moves.
import { beforeEach, expect, it } from "vitest";
import { type Clock, createClock } from "./clock.ts";

let base: number;
let clock: Clock;
beforeEach(() => {
  base = 1_000_000;
  clock = createClock(() => new Date(base));
});

it("runs with its base clock and can be moved", () => {
  clock.move(60);
  base += 500;
  expect(clock.now()).toBe(1_060_500);
  expect(clock.seconds()).toBe(1_060);
  expect(clock.offset).toBe(60_000);
});

it("stands still when frozen, can be moved, and continues from that time", () => {
  clock.freeze();
  base += 5_000;
  clock.move(-10);
  expect([clock.frozen, clock.now()]).toEqual([true, 990_000]);
  clock.unfreeze();
  base += 1_000;
  expect([clock.frozen, clock.now()]).toEqual([false, 991_000]);
});

it("freezes at a given time and returns to its base clock", () => {
  clock.freeze(new Date(5));
  expect(clock.now()).toBe(5);
  clock.reset();
  expect([clock.frozen, clock.now()]).toEqual([false, base]);
});

it("has a constant offset while it runs, even if the base clock ticks on each reading", () => {
  const ticking = createClock(() => new Date(base++));
  ticking.move(60);
  expect(ticking.offset).toBe(60_000);
});

it("tells of each change, but not of time that passes", () => {
  const times: number[] = [];
  clock.onChange(() => times.push(clock.now()));
  base += 5_000;
  clock.move(10);
  clock.freeze();
  clock.unfreeze();
  clock.reset();
  expect(times).toEqual([1_015_000, 1_015_000, 1_015_000, 1_005_000]);
});

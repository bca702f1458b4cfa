// The clock on a base clock that the test moves.
import { beforeEach, expect, it } from "vitest";
import { type Clock, createClock } from "./clock.ts";

let base: number;
let clock: Clock;
beforeEach(() => {
  base = 1_000_000;
  clock = createClock(() => new Date(base));
});

it("runs with its base and jumps", () => {
  clock.move(60);
  base += 500;
  expect(clock.now()).toBe(1_060_500);
  expect(clock.seconds()).toBe(1_060);
  expect(clock.offset).toBe(60_000);
});

it("stands still when frozen, can be moved, and runs on from where it stood", () => {
  clock.freeze();
  base += 5_000;
  clock.move(-10);
  expect([clock.frozen, clock.now()]).toEqual([true, 990_000]);
  clock.unfreeze();
  base += 1_000;
  expect([clock.frozen, clock.now()]).toEqual([false, 991_000]);
});

it("freezes at a given moment and goes back to its base", () => {
  clock.freeze(new Date(5));
  expect(clock.now()).toBe(5);
  clock.reset();
  expect([clock.frozen, clock.now()]).toEqual([false, base]);
});

it("has one offset while it runs, though the base ticks whenever it is asked", () => {
  const ticking = createClock(() => new Date(base++));
  ticking.move(60);
  expect(ticking.offset).toBe(60_000);
});

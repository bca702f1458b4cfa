import { expect, it } from "vitest";
import { formatCountdown, formatDuration } from "./format.ts";

it.each([
  [0, "0 ms"],
  [340.4, "340 ms"],
  [9999, "9999 ms"],
  [12_345, "12 s"],
  [119_000, "119 s"],
  [180_000, "3 min"],
])("formats a duration of %d ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [-5, "expired"],
  [999, "expired"],
  [42_000, "42 s"],
  [545_000, "9 min 05 s"],
  [3_840_000, "1 h 04 min"],
])("formats %d remaining ms as %s", (ms, text) => {
  expect(formatCountdown(ms)).toBe(text);
});

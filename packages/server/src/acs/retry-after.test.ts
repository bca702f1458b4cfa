import { expect, it } from "vitest";
import { parseRetryAfter } from "./acs-failure.ts";

const now = Date.parse("2026-06-01T12:00:00Z");

it.each([
  ["a number of seconds", "2", 2],
  ["an HTTP date", "Mon, 01 Jun 2026 12:00:07 GMT", 7],
  ["nothing: the default", undefined, 5],
  ["an empty header: the default", " ", 5],
  ["words: the default", "soon", 5],
  ["zero: at least a second", "0", 1],
  ["a date in the past: at least a second", "Mon, 01 Jun 2026 11:00:00 GMT", 1],
  ["a very long time: capped", "999999", 60],
])("reads %s", (_name, header, seconds) => {
  expect(parseRetryAfter(header, now)).toBe(seconds);
});

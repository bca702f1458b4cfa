import { expect, it } from "vitest";
import { createEventLog } from "./event-log.ts";

it("keeps the newest entries, notifies listeners, and returns a new list only when something changed", () => {
  const log = createEventLog(() => 5);
  let told = 0;
  const unsubscribe = log.subscribe(() => {
    told += 1;
  });
  const before = log.entries();
  expect(log.entries()).toBe(before);
  for (let i = 0; i < 250; i++) log.add(`entry ${i}`, i === 249 ? "r-1" : undefined);
  expect(told).toBe(250);
  expect(log.entries()).toHaveLength(200);
  expect(log.entries().at(-1)).toEqual({ id: 250, at: 5, text: "entry 249", reference: "r-1" });
  unsubscribe();
  log.add("after the listener unsubscribed");
  expect(told).toBe(250);
});

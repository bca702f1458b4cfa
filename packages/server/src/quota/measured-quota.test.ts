import { expect, it } from "vitest";
import { noTelemetry, type Telemetry } from "../observability/telemetry.ts";
import { measureQuota } from "./measured-quota.ts";
import { allowed, later, type QuotaGuard } from "./quota-guard.ts";

/** Keeps what is registered, to be read by the test. */
function watching() {
  const read = new Map<string, () => number | undefined>();
  const telemetry: Telemetry = { ...noTelemetry, enabled: true, observe: (name, value) => void read.set(name, value) };
  return { telemetry, value: (name: string) => read.get(name)?.() };
}

it("counts the calls that the guard allowed in the window, and nothing else", async () => {
  const { telemetry, value } = watching();
  let nowMs = 0;
  const guard: QuotaGuard = { take: async ({ caller }) => (caller === "late" ? later(1_000) : allowed) };
  const options = { telemetry, limit: 3, windowMs: 30_000, monotonicNow: () => nowMs };
  const measured = measureQuota(guard, options);
  for (const [atMs, caller] of [
    [0, "a"],
    [10_000, "late"],
    [20_000, "b"],
    [29_000, "c"],
  ] as const) {
    nowMs = atMs;
    await measured.take({ caller, reserve: true });
  }
  expect([value("acs.quota.used"), value("acs.quota.limit")]).toEqual([3, 3]);
  nowMs = 30_000;
  expect(value("acs.quota.used")).toBe(2);
  nowMs = 90_000;
  expect(value("acs.quota.used")).toBe(0);
});

it("is the guard itself if nothing is measured", () => {
  const guard: QuotaGuard = { take: async () => allowed };
  const options = { telemetry: noTelemetry, limit: 1, windowMs: 1, monotonicNow: () => 0 };
  expect(measureQuota(guard, options)).toBe(guard);
});

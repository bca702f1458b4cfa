import { describe, expect, it } from "vitest";
import { createExchangeQuota } from "./exchange-quota.ts";
import { allowed, later, type QuotaDecision, type QuotaGuard, type QuotaRequest } from "./quota-guard.ts";

/** A guard that answers every request alike, and records the requests. */
function guardThatSays(decision: QuotaDecision) {
  const asked: QuotaRequest[] = [];
  const guard: QuotaGuard = {
    async take(request) {
      asked.push(request);
      return decision;
    },
  };
  return { guard, asked };
}
const earliest = () => 0;

describe("a call that is waited for", () => {
  it("is allowed when the guard allows it, and asks for a place under the caller's key otherwise", async () => {
    const { guard, asked } = guardThatSays(allowed);
    await expect(createExchangeQuota(guard, earliest).take({ caller: "caller" })).resolves.toBeUndefined();
    expect(asked).toEqual([{ caller: "caller", reserve: true }]);
  });

  const refusals: [string, QuotaDecision, number, string][] = [
    ["in whole seconds, rounded up", later(30_001), 0, "31"],
    ["with up to half a second of jitter on top", later(30_600), 0.9, "32"],
    ["never with more than that", later(30_500), 0.999, "31"],
    ["after a second at least", later(0), 0, "1"],
  ];
  it.each(refusals)("is refused until its time has come: %s", async (_name, decision, random, seconds) => {
    const { guard } = guardThatSays(decision);
    await expect(createExchangeQuota(guard, () => random).take({ caller: "caller" })).rejects.toMatchObject({
      problem: "quota-exhausted",
      context: { headers: { "retry-after": seconds } },
    });
  });

  it.each([
    ["place-kept", true],
    ["no-place", false],
  ])("is logged as %s", async (reason, kept) => {
    const { guard } = guardThatSays(later(1_000, kept));
    await expect(createExchangeQuota(guard, earliest).take({ caller: "caller" })).rejects.toMatchObject({
      context: { reason },
    });
  });
});

describe("a call without a waiting caller", () => {
  it.each([
    ["allowed", allowed, true],
    ["refused", later(1_000), false],
  ])("is %s as the guard says, and no place is asked for", async (_name, decision, expected) => {
    const { guard, asked } = guardThatSays(decision);
    expect(await createExchangeQuota(guard, earliest).tryTake({ caller: "caller" })).toBe(expected);
    expect(asked).toEqual([{ caller: "caller", reserve: false }]);
  });
});

describe("without a guard", () => {
  it("everything is allowed", async () => {
    const quota = createExchangeQuota(undefined, earliest);
    await expect(quota.take({ caller: "caller" })).resolves.toBeUndefined();
    expect(await quota.tryTake({ caller: "caller" })).toBe(true);
  });
});

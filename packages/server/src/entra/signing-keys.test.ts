// When the key set is fetched from the emulator, and what requests get meanwhile. The clock is the test's. What one fetch
// takes and what it refuses is in fetch-signing-keys.test.ts, how the first one comes about in signing-keys-start.test.ts.
import { describe, expect, it } from "vitest";
import {
  authority,
  down,
  emulator,
  hours,
  issuer,
  json,
  key,
  play,
  seconds,
  setUp,
  soon,
} from "../../test/support/signing-keys.ts";
import { Problem } from "../problems/problem.ts";
import { findFresh } from "./authenticate.ts";

const unavailable = { problem: "signing-keys-unavailable" };

describe("the key set", () => {
  it("is ready with its keys after the first fetch", async () => {
    const { keys } = setUp(json({ keys: [key("a")] }));
    expect(keys.ready).toBe(false);
    await keys.start();
    expect(keys.ready).toBe(true);
    expect((await keys.find("a"))?.issuer).toBe(issuer);
  });

  it("accepts a rotated key with one fetch for a thousand simultaneous requests", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = json({ keys: [key("b")] });
    const found = await Promise.all(Array.from({ length: 1000 }, () => keys.find("b")));
    expect(found.every((one) => one !== undefined)).toBe(true);
    expect(held.keyFetches).toBe(2);
    expect(await keys.find("a")).toBeUndefined();
  });

  it("fetches at most once per 30 s however many unknown ids come", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    for (let i = 0; i < 10_000; i += 1) {
      held.nowMs += 2.999;
      expect(await keys.find(`unknown-${i}`)).toBeUndefined();
      expect(held.attempts).toBeLessThanOrEqual(2);
    }
    expect(await keys.find("a")).toBeDefined();
    expect(held.keyFetches).toBe(2);
  });

  it("fetches again for an unknown id after exactly 30 s", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    for (const [nowMs, fetches] of [
      [0, 2],
      [seconds(30) - 1, 2],
      [seconds(30), 3],
    ] as const) {
      held.nowMs = nowMs;
      expect(await keys.find("unknown")).toBeUndefined();
      expect(held.attempts).toBe(fetches);
      expect(held.keyFetches).toBe(fetches);
    }
  });

  it.each([
    ["the fetch fails", down],
    ["the set is empty", json({ keys: [] })],
  ])("keeps the cool-down also if %s, and still uses the last good keys", async (_name, answer) => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = answer;
    for (let i = 0; i < 100; i += 1) await expect(keys.find(`unknown-${i}`)).rejects.toMatchObject(unavailable);
    expect(held.keyFetches).toBe(2);
    expect(await keys.find("a")).toBeDefined();
  });

  it("forgets a withdrawn key with the fetch after an hour", async () => {
    const { held, keys } = setUp(json({ keys: [key("a"), key("b")] }));
    await keys.start();
    held.nowMs = hours(1) + 1;
    held.keySet = json({ keys: [key("b")] });
    await keys.find("b");
    await expect.poll(() => keys.find("a"), soon).toBeUndefined();
  });

  it("forgets a withdrawn key immediately on reload, also during the cool-down", async () => {
    const { held, keys } = setUp(json({ keys: [key("a"), key("b")] }));
    await keys.start();
    await keys.find("unknown");
    held.keySet = json({ keys: [key("b")] });
    await keys.reload();
    expect(await keys.find("a")).toBeUndefined();
    expect(await keys.find("b")).toBeDefined();
  });

  it("asks whether its version has changed, and takes 304 for an answer", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }, { etag: '"1"' }));
    await keys.start();
    held.keySet = { kind: "status", status: 304 };
    held.nowMs = hours(23);
    await keys.find("a");
    await expect.poll(() => held.sent.at(-1)?.headers.get("if-none-match"), soon).toBe('"1"');
    await expect.poll(() => keys.ageSeconds, soon).toBe(0);
    // 24 hours after the 304, not after the first fetch, the keys are too old.
    held.keySet = down;
    held.nowMs = hours(46);
    expect(await keys.find("a")).toBeDefined();
  });

  it("uses a known key for an hour without a fetch; older ones are looked for", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    expect(findFresh(keys.fresh, "a", held.nowMs)).toBeUndefined();
    await keys.start();
    const asked = held.sent.length;
    held.nowMs = hours(1);
    expect(findFresh(keys.fresh, "a", held.nowMs)).toEqual(await keys.find("a"));
    expect(findFresh(keys.fresh, "b", held.nowMs)).toBeUndefined();
    held.nowMs = hours(1) + 1;
    expect(findFresh(keys.fresh, "a", held.nowMs)).toBeUndefined();
    expect(held.sent).toHaveLength(asked);
  });

  it("serves its last good keys for 24 hours of an outage, then says 503", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.keySet = down;
    held.nowMs = hours(24);
    expect(await keys.find("a")).toBeDefined();
    expect(keys.ready).toBe(true);
    held.nowMs = hours(24) + seconds(31);
    await expect(keys.find("a")).rejects.toMatchObject(unavailable);
    expect(keys.ready).toBe(false);
    held.keySet = json({ keys: [key("a")] });
    held.nowMs += seconds(31);
    expect(await keys.find("a")).toBeDefined();
  });

  it("answers 503 until it has keys, with the cool-down as the time to retry, and logs what failed", async () => {
    const { held, keys } = setUp({ kind: "status", status: 500 });
    const refusal = await keys.find("a").catch((thrown: unknown) => thrown);
    expect(refusal).toBeInstanceOf(Problem);
    expect(refusal).toMatchObject({ ...unavailable, context: { headers: { "retry-after": "30" } } });
    const { host } = new URL(authority);
    const text = `Cannot fetch signing keys from ${host}. The authority answered 500. Check ENTRA_AUTHORITY and ENTRA_TENANT_ID; run doctor.`;
    expect(held.logged).toEqual([[{ reason: "signing-keys-fetch-failed", failures: 1 }, text]]);
  });

  it("counts the attempts that fail one after the other", async () => {
    const { held, keys } = setUp(down);
    for (const nowMs of [0, seconds(30), seconds(60)]) {
      held.nowMs = nowMs;
      await expect(keys.find("a")).rejects.toMatchObject(unavailable);
    }
    held.keySet = json({ keys: [key("a")] });
    held.nowMs = seconds(90);
    await keys.find("a");
    held.keySet = down;
    await keys.reload();
    expect(held.logged.map(([members]) => (members as { failures: number }).failures)).toEqual([1, 2, 3, 1]);
  });
});

describe("its age", () => {
  it("is unknown before the first fetch, and counts from the last good one", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    expect(keys.ageSeconds).toBeUndefined();
    await keys.start();
    held.nowMs = seconds(90);
    expect(keys.ageSeconds).toBe(90);
  });

  it("of exactly an hour, or of exactly a day, is not too old", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.nowMs = hours(1);
    await keys.find("a");
    expect(held.attempts).toBe(1);
    held.keySet = down;
    held.nowMs = hours(24);
    expect(keys.ready).toBe(true);
  });

  it.each([
    [hours(1) + 1, false],
    [hours(24), false],
    [hours(24) + 1, true],
  ])("of %i ms starts a fetch; whether a request waits for it is %s", async (ageMs, waits) => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.nowMs = ageMs;
    play("discovery", { kind: "hold" });
    let isAnswered = false;
    const found = keys.find("a").finally(() => {
      isAnswered = true;
    });
    await expect.poll(() => emulator.requestCount("discovery"), soon).toBe(2);
    expect(isAnswered).toBe(!waits);
    emulator.clearFaults("discovery");
    expect(await found).toBeDefined();
  });

  it("beyond an hour starts one fetch in the background, not one a request", async () => {
    const { held, keys } = setUp(json({ keys: [key("a")] }));
    await keys.start();
    held.nowMs = hours(1) + 1;
    held.keySet = down;
    await Promise.all(Array.from({ length: 10 }, () => keys.find("a")));
    await expect.poll(() => held.failures, soon).toBe(1);
    expect(held.keyFetches).toBe(2);
    held.nowMs += seconds(29);
    await keys.find("a");
    expect(held.attempts).toBe(2);
  });
});

// How a server gets its first key set while the authority is away. What comes after that is in signing-keys.test.ts.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { down, json, key, setUp } from "../../test/support/signing-keys.ts";

describe("at start, while the authority is away,", () => {
  // Only of the timers: the sockets use real time.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  /** Waits without a timer. */
  async function until(holds: () => boolean): Promise<void> {
    const latest = performance.now() + 60_000;
    while (!holds()) {
      expect(performance.now()).toBeLessThan(latest);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  it("it asks again after 1, 2, 4 … seconds, at most 30, until it has keys", async () => {
    const { held, keys } = setUp(down);
    await keys.start();
    for (const [delay, fetches] of [
      [999, 1],
      [1, 2],
      [1999, 2],
      [1, 3],
      [4000, 4],
      [8000, 5],
      [16_000, 6],
      [29_999, 6],
      [1, 7],
      [30_000, 8],
    ] as const) {
      await vi.advanceTimersByTimeAsync(delay);
      expect(held.attempts).toBe(fetches);
      await until(() => held.failures === fetches);
      expect(held.keyFetches).toBe(fetches);
    }
    expect(keys.ready).toBe(false);
    held.keySet = json({ keys: [key("a")] });
    await vi.advanceTimersByTimeAsync(30_000);
    await until(() => keys.ready);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(held.attempts).toBe(9);
    expect(held.keyFetches).toBe(9);
  });

  it("it asks no more once the server has stopped, between attempts or during one", async () => {
    const { held, keys } = setUp(down);
    await keys.start();
    keys.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(held.attempts).toBe(1);
    expect(held.keyFetches).toBe(1);
    const second = setUp(down);
    const starting = second.keys.start();
    second.keys.stop();
    await starting;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(second.held.attempts).toBe(1);
    expect(second.held.keyFetches).toBe(1);
  });
});

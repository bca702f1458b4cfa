import { getEventListeners } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { createCoalesce, exchangeKey } from "./exchange.ts";

const never = new AbortController().signal;
const caller = { tenantId: "t", objectId: "o", clientId: "c", roles: [] };

describe("work under way", () => {
  it("is shared by all callers who ask for the same", async () => {
    const coalesce = createCoalesce<number>();
    const { promise, resolve } = Promise.withResolvers<number>();
    let runs = 0;
    const work = () => {
      runs += 1;
      return promise;
    };
    const waiting = Array.from({ length: 50 }, () => coalesce("key", work, never));
    resolve(7);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([7]));
    expect(runs).toBe(1);
  });

  it("shares its failure", async () => {
    const coalesce = createCoalesce<number>();
    const { promise, reject } = Promise.withResolvers<number>();
    const waiting = [coalesce("key", () => promise, never), coalesce("key", () => promise, never)];
    reject(new Error("no"));
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });

  it("leaves nothing behind, whether it failed or not", async () => {
    const coalesce = createCoalesce<number>();
    await coalesce("key", () => Promise.reject(new Error("no")), never).catch(() => {});
    expect(await coalesce("key", async () => 1, never)).toBe(1);
    expect(await coalesce("key", async () => 2, never)).toBe(2);
  });

  it("lets one waiting caller leave early, and serves the others", async () => {
    const coalesce = createCoalesce<number>();
    const { promise, resolve } = Promise.withResolvers<number>();
    const patience = new AbortController();
    const patient = coalesce("key", () => promise, never);
    const hasty = coalesce("key", () => promise, patience.signal);
    patience.abort(new Error("enough"));
    resolve(3);
    await expect(hasty).rejects.toThrow("enough");
    expect(await patient).toBe(3);
  });

  it("does not wait for a caller that has already left", async () => {
    const coalesce = createCoalesce<number>();
    const left = AbortSignal.abort(new Error("enough"));
    await expect(coalesce("key", async () => 1, left)).rejects.toThrow("enough");
  });

  it("may fail after all waiting callers have left", async () => {
    const unhandled: unknown[] = [];
    const listener = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", listener);
    onTestFinished(() => void process.off("unhandledRejection", listener));
    const coalesce = createCoalesce<number>();
    const left = AbortSignal.abort(new Error("enough"));
    await expect(coalesce("key", () => Promise.reject(new Error("no")), left)).rejects.toThrow("enough");
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });

  it("leaves no listener on the signal of a served caller", async () => {
    const coalesce = createCoalesce<number>();
    const { signal } = new AbortController();
    const waiting = coalesce("key", async () => 1, signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await waiting;
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
  });
});

describe("an exchange is the same", () => {
  it("only for the same user, tenant, client and Teams token", () => {
    const same = exchangeKey(caller, "token");
    expect(exchangeKey({ ...caller, roles: ["x"] }, "token")).toBe(same);
    const others = [
      exchangeKey({ ...caller, tenantId: "x" }, "token"),
      exchangeKey({ ...caller, objectId: "x" }, "token"),
      exchangeKey({ ...caller, clientId: "x" }, "token"),
      exchangeKey(caller, "token2"),
    ];
    expect(new Set([same, ...others]).size).toBe(5);
  });

  it("also if one id ends differently and the next begins differently", () => {
    const one = { ...caller, tenantId: "ab", objectId: "c" };
    expect(exchangeKey(one, "token")).not.toBe(exchangeKey({ ...one, tenantId: "a", objectId: "bc" }, "token"));
  });

  it("by a digest of the Teams token, never the token itself", () => {
    expect(exchangeKey(caller, "token")).toMatch(/^t o c [\w-]{43}$/);
  });
});

import Fastify, { type FastifyRequest } from "fastify";
import { describe, expect, it, onTestFinished } from "vitest";
import { hasRedis, startRedis } from "../../test/support/redis.ts";
import { createRedis, type Redis } from "../redis/redis.ts";
import { createAddressLimit as createLimitOfAddresses } from "./address-limit.ts";
import { createCallerLimit, type RateLimit } from "./rate-limit.ts";

const { log } = Fastify();
const caller = { tenantId: "t", objectId: "o", clientId: "c", roles: [] };
const by = (change: Partial<typeof caller> = {}) => ({ caller: { ...caller, ...change } }) as unknown as FastifyRequest;
const from = (ip: string) => ({ ip }) as FastifyRequest;
const createAddressLimit = (perMinute: number, redis: Redis | undefined, monotonicNow = () => 0) =>
  createLimitOfAddresses(perMinute, redis, monotonicNow);
const refused = { problem: "rate-limited" };

/** A limit that is on. */
function on(limit: RateLimit | undefined): RateLimit {
  if (!limit) throw new Error("The limit is off.");
  return limit;
}

describe("a limit", () => {
  it("of 0 is none", () => {
    expect(createCallerLimit(0, undefined)).toBeUndefined();
    expect(createAddressLimit(0, undefined)).toBeUndefined();
  });

  it.each([
    ["caller", on(createCallerLimit(3, undefined)), by()],
    ["address", on(createAddressLimit(3, undefined)), from("192.0.2.1")],
  ])("by %s lets so many through in a minute, and says when there will be more", async (reason, limit, request) => {
    for (let i = 0; i < 3; i += 1) await expect(limit(request)).resolves.toBeUndefined();
    const refusal = await limit(request).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ ...refused, context: { reason } });
    const { headers } = (refusal as { context: { headers: Record<string, string> } }).context;
    expect(headers["retry-after"]).toMatch(/^\d+$/);
    // The whole minute, less what this test has taken.
    expect(Number(headers["retry-after"])).toBeGreaterThan(1);
    expect(Number(headers["retry-after"])).toBeLessThanOrEqual(60);
  });

  it("by caller is one user's in one tenant, through any client", async () => {
    const limit = on(createCallerLimit(1, undefined));
    await limit(by());
    await expect(limit(by({ clientId: "another" }))).rejects.toMatchObject(refused);
    await expect(limit(by({ objectId: "another" }))).resolves.toBeUndefined();
    await expect(limit(by({ tenantId: "another" }))).resolves.toBeUndefined();
  });

  it("by address is one network's", async () => {
    const limit = on(createAddressLimit(1, undefined));
    await limit(from("2001:db8:1:2::1"));
    await expect(limit(from("2001:db8:1:2::2"))).rejects.toMatchObject(refused);
    await expect(limit(from("2001:db8:1:3::1"))).resolves.toBeUndefined();
  });

  it("by address is 16 times as high for a site of IPv6, from however many networks", async () => {
    const limit = on(createAddressLimit(1, undefined));
    for (let i = 0; i < 16; i += 1) await limit(from(`2001:db8:1:${i}::1`));
    await expect(limit(from("2001:db8:1:16::1"))).rejects.toMatchObject(refused);
    await expect(limit(from("2001:db8:2::1"))).resolves.toBeUndefined();
  });

  it("by address starts again after a minute", async () => {
    let nowMs = 0;
    const limit = on(createAddressLimit(1, undefined, () => nowMs));
    await limit(from("192.0.2.1"));
    await expect(limit(from("192.0.2.1"))).rejects.toMatchObject(refused);
    nowMs = 60_000;
    await expect(limit(from("192.0.2.1"))).resolves.toBeUndefined();
  });

  it("that is broken is a defect, not a refusal", async () => {
    // As if it were mounted before authentication.
    await expect(on(createCallerLimit(1, undefined))({} as FastifyRequest)).rejects.toThrow(TypeError);
  });
});

describe.runIf(hasRedis)("with Redis a limit", () => {
  async function connect(url: string) {
    const redis = createRedis({ url, log, commandTimeoutMs: 5_000 });
    await redis.start();
    onTestFinished(() => redis.stop());
    const asked = { times: 0 };
    const counting: Redis = {
      ...redis,
      run: (...script) => {
        asked.times += 1;
        return redis.run(...script);
      },
    };
    return { redis: counting, asked };
  }

  it("is that of all instances together", async () => {
    const { url } = await startRedis();
    const both = [(await connect(url)).redis, (await connect(url)).redis];
    for (const create of [createCallerLimit, createAddressLimit]) {
      const [one, two] = both.map((redis) => on(create(2, redis)));
      const request = { ...by(), ...from("192.0.2.1") } as FastifyRequest;
      await one?.(request);
      await two?.(request);
      await expect(one?.(request)).rejects.toMatchObject(refused);
      await expect(two?.(request)).rejects.toMatchObject(refused);
    }
  });

  it.each([
    ["caller", createCallerLimit, by(), 3],
    ["address", createAddressLimit, from("192.0.2.1"), 2],
  ] as const)("by %s costs Redis nothing for what is above it", async (_name, create, request, times) => {
    const { url } = await startRedis();
    const { redis, asked } = await connect(url);
    const limit = on(create(2, redis));
    for (let i = 0; i < 2; i += 1) await limit(request);
    for (let i = 0; i < 20; i += 1) await expect(limit(request)).rejects.toMatchObject(refused);
    expect(asked.times).toBe(times);
  });

  it("has its own counters, apart from those of the other limit", async () => {
    const { url, command } = await startRedis();
    const { redis } = await connect(url);
    await on(createCallerLimit(2, redis))(by());
    await on(createAddressLimit(2, redis))(from("192.0.2.1"));
    const keys = (await command("KEYS", "*")) as string[];
    const counters = keys.filter((key) => !key.startsWith("tte:probe:")).sort();
    expect(counters).toEqual(["tte:address:192.0.2.1", "tte:caller:t:o"]);
  });

  it("is each instance's own while Redis is away", async () => {
    const server = await startRedis();
    const { redis } = await connect(server.url);
    const limits = [on(createCallerLimit(2, redis)), on(createAddressLimit(2, redis))];
    await server.kill();
    for (const limit of limits) {
      const request = { ...by(), ...from("192.0.2.1") } as FastifyRequest;
      for (let i = 0; i < 2; i += 1) await expect(limit(request)).resolves.toBeUndefined();
      await expect(limit(request)).rejects.toMatchObject(refused);
    }
  });
});

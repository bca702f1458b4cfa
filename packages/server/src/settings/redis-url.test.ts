import { describe, expect, it } from "vitest";
import { checkRedisUrl } from "./redis-url.ts";

describe("takes", () => {
  it.each([
    "redis://localhost:6379",
    "redis://127.0.0.1",
    "redis://[::1]:6379/2",
    "redis://:secret@10.1.2.3:6379",
    "redis://172.31.0.9",
    "redis://192.168.1.1",
    "redis://[fd00::5]",
    "redis://redis:6379",
    "redis://cache.prod.svc",
    "redis://cache.corp.internal",
    "rediss://contoso.redis.cache.windows.net:6380",
    "rediss://user:secret@203.0.113.7/0",
  ])("%s", (url) => {
    expect(checkRedisUrl(url)).toEqual({ ok: true, value: url });
  });
});

describe("refuses", () => {
  it.each([
    "redis://contoso.redis.cache.windows.net:6379",
    "redis://203.0.113.7",
    "redis://172.32.0.1",
    "redis://[2001:db8::1]",
    "redis://localhost.example.com",
    "redis://internal.example",
  ])("%s without TLS", (url) => {
    expect(checkRedisUrl(url)).toMatchObject({ ok: false, reason: expect.stringMatching(/rediss:/) });
  });

  it.each(["localhost:6379", "http://localhost", "redis://", "redis://localhost/name", "", "unix:/tmp/redis.sock"])(
    "%j as no address of a Redis",
    (url) => {
      expect(checkRedisUrl(url)).toMatchObject({ ok: false, reason: expect.stringMatching(/^must look like/) });
    },
  );
});

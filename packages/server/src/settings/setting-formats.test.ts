import { describe, expect, it } from "vitest";
import { checkRedisUrl, readTrustedProxies } from "./setting-formats.ts";

describe("the address of a Redis is accepted", () => {
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

describe("the address of a Redis is refused", () => {
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
    "%j because it is not the address of a Redis",
    (url) => {
      expect(checkRedisUrl(url)).toMatchObject({ ok: false, reason: expect.stringMatching(/^must look like/) });
    },
  );
});

describe("trusted proxies are read", () => {
  it.each([
    ["", false],
    [" , ", false],
    ["1", 1],
    ["10", 10],
    ["10.0.0.0/8", ["10.0.0.0/8"]],
    ["10.0.0.1, fd00::/8,2001:db8::1", ["10.0.0.1", "fd00::/8", "2001:db8::1"]],
  ])("%j", (text, value) => {
    expect(readTrustedProxies(text)).toEqual({ ok: true, value });
  });
});

describe("trusted proxies are refused", () => {
  it.each([
    "0",
    "11",
    "-1",
    "true",
    "*",
    "loopback",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "10.0.0.0/8/8",
    "1, 10.0.0.1",
  ])("%j", (text) => {
    expect(readTrustedProxies(text)).toMatchObject({ ok: false });
  });
});

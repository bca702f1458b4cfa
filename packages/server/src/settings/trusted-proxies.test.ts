import { describe, expect, it } from "vitest";
import { readTrustedProxies } from "./trusted-proxies.ts";

describe("reads", () => {
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

describe("refuses", () => {
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

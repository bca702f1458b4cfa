import { describe, expect, it } from "vitest";
import { readForwardedFor } from "./forwarded-for.ts";

describe("X-Forwarded-For", () => {
  it.each([
    ["203.0.113.7", ["203.0.113.7"]],
    ["203.0.113.7:51234", ["203.0.113.7"]],
    ["203.0.113.7:_port", ["203.0.113.7"]],
    ['"203.0.113.7:51234"', ["203.0.113.7"]],
    ["2001:db8::1", ["2001:db8::1"]],
    ["[2001:db8::1]", ["2001:db8::1"]],
    ["[2001:db8::1]:443", ["2001:db8::1"]],
    ['"[2001:db8::1]:443"', ["2001:db8::1"]],
    ["fe80::1%eth0", ["fe80::1"]],
    ["[fe80::1%25eth0]:443", ["fe80::1"]],
    ["::ffff:203.0.113.7", ["203.0.113.7"]],
    ["[::FFFF:203.0.113.7]:80", ["203.0.113.7"]],
    [" 203.0.113.7:1 ,\t10.0.0.1:2 ", ["203.0.113.7", "10.0.0.1"]],
  ])("%j names %j", (header, addresses) => {
    expect(readForwardedFor(header)).toEqual(addresses);
  });

  it.each(["unknown", "_hidden", "", "203.0.113.7:51234:1", "203.0.113", "[203.0.113.7", "localhost"])(
    "%j names nobody but the proxy",
    (header) => {
      expect(readForwardedFor(header)).toEqual([]);
      expect(readForwardedFor(`${header}, 10.0.0.1`)).toEqual(["10.0.0.1"]);
      expect(readForwardedFor(`203.0.113.7, ${header}`)).toEqual([]);
    },
  );
});

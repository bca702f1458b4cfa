import { describe, expect, it } from "vitest";
import { addressKeys } from "./address-key.ts";

describe("counts", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::ffff:203.113.200.254", "203.113.200.254"],
    ["::FFFF:c000:0207", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0db8:0001:0002::", "2001:db8:1:2::/64"],
    ["2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"],
    ["2001:db8:1:2::192.0.2.7", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["1::2:3:4:5:6", "1:0:0:2::/64"],
    ["2001:db8:0:2:3:ffff:c000:207", "2001:db8:0:2::/64"],
    ["::1:ffff:c000:207", "0:0:0:0::/64"],
    ["::192.0.2.7", "0:0:0:0::/64"],
    ["::", "0:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["not an address", "unknown"],
    ["", "unknown"],
  ])("%j as %s", (address, key) => {
    expect(addressKeys(address).address).toBe(key);
  });

  it("the next /64 apart, and the /48 of both together", () => {
    expect(addressKeys("2001:db8:1:2::1")).toEqual({ address: "2001:db8:1:2::/64", site: "2001:db8:1::/48" });
    expect(addressKeys("2001:db8:1:3::1")).toEqual({ address: "2001:db8:1:3::/64", site: "2001:db8:1::/48" });
  });
});

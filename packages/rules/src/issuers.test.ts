import { describe, expect, it } from "vitest";
import { isMicrosoftAuthority, issuersOf } from "./issuers.ts";

const tenantId = "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001";

describe("issuers", () => {
  it.each([
    ["the public cloud", "https://login.microsoftonline.com", "https://sts.windows.net"],
    ["Azure US Government", "https://login.microsoftonline.us", "https://sts.windows.net"],
    ["China, by 21Vianet", "https://login.partner.microsoftonline.cn", "https://sts.chinacloudapi.cn"],
  ])("of %s are those of Microsoft's tables", (_cloud, authority, v1Issuer) => {
    expect(issuersOf(authority, tenantId)).toEqual({
      v1: `${v1Issuer}/${tenantId}/`,
      v2: `${authority}/${tenantId}/v2.0`,
    });
    expect(isMicrosoftAuthority(authority)).toBe(true);
  });

  it.each([
    "http://localhost:9400",
    "https://login.example.com",
    "https://sts.windows.net",
    "https://login.microsoftonline.com.example.com",
    "https://login.microsoftonline.us:8443",
    "http://login.microsoftonline.com",
    "__proto__",
  ])("of any other authority, %s, are its own name", (authority) => {
    expect(issuersOf(authority, tenantId)).toEqual({
      v1: `${authority}/${tenantId}/`,
      v2: `${authority}/${tenantId}/v2.0`,
    });
    expect(isMicrosoftAuthority(authority)).toBe(false);
  });
});

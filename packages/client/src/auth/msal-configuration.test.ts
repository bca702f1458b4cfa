import { describe, expect, it } from "vitest";
import { adminConsentUrl } from "./admin-consent.ts";
import { msalConfiguration } from "./msal-configuration.ts";

const cloud = {
  tenantId: "t",
  clientId: "c",
  authority: "https://login.microsoftonline.com/t",
  knownAuthorities: [],
  apiScopes: [],
  teamsScopes: [],
};
const emulator = {
  ...cloud,
  authority: "https://localhost:9400/t",
  knownAuthorities: ["localhost:9400"],
  authorityMetadata: JSON.stringify({ authorization_endpoint: "http://localhost:9400/t/oauth2/v2.0/authorize" }),
};

describe("msalConfiguration", () => {
  it("hands authority and metadata to MSAL as they are", () => {
    const { authority, knownAuthorities, authorityMetadata } = emulator;
    expect(msalConfiguration(emulator, "http://localhost:3000").auth).toMatchObject({
      authority,
      knownAuthorities,
      authorityMetadata,
    });
    expect(msalConfiguration(cloud, "https://app.example").auth).not.toHaveProperty("authorityMetadata");
  });

  it("renews before the ACS credential asks, which is 10 minutes ahead", () => {
    expect(msalConfiguration(cloud, "https://app.example").system?.tokenRenewalOffsetSeconds).toBeGreaterThan(600);
  });

  it("keeps tokens out of localStorage", () => {
    expect(msalConfiguration(cloud, "https://app.example").cache?.cacheLocation).toBe("sessionStorage");
  });
});

describe("adminConsentUrl", () => {
  it("is Microsoft's in the cloud", () => {
    expect(adminConsentUrl(cloud, "https://app.example")).toBe(
      "https://login.microsoftonline.com/t/adminconsent?client_id=c&redirect_uri=https%3A%2F%2Fapp.example%2Fredirect.html",
    );
  });

  it("is where the endpoints are, where the authority is only a name", () => {
    expect(adminConsentUrl(emulator, "http://localhost:3000")).toMatch(/^http:\/\/localhost:9400\/t\/adminconsent\?/);
  });
});

import { describe, expect, it } from "vitest";
import { knownRulesOf } from "./known-rules.ts";

const config = {
  tenantId: "11111111-1111-4111-8111-111111111111",
  clientId: "44444444-4444-4444-8444-444444444444",
  authority: "https://login.microsoftonline.com/11111111-1111-4111-8111-111111111111",
  knownAuthorities: [],
  apiScopes: ["api://33333333-3333-4333-8333-333333333333/access_as_user"],
  teamsScopes: [],
};

describe("knownRulesOf", () => {
  it("reads all rules from a configuration with Microsoft's cloud", () => {
    expect(knownRulesOf(config)).toEqual({
      authority: "https://login.microsoftonline.com",
      tenantId: config.tenantId,
      clientIds: [config.clientId],
      apiClientId: "33333333-3333-4333-8333-333333333333",
    });
  });

  it("reads the authority from the issuer if there is metadata", () => {
    const authorityMetadata = JSON.stringify({ issuer: `http://localhost:9400/${config.tenantId}/v2.0` });
    expect(knownRulesOf({ ...config, authority: "https://localhost:9400/x", authorityMetadata })).toMatchObject({
      authority: "http://localhost:9400",
    });
  });

  it("rejects an invalid configuration", () => {
    expect(() => knownRulesOf({ ...config, authority: 5 })).toThrow();
  });

  it("omits what the configuration does not contain", () => {
    expect(knownRulesOf({ ...config, apiScopes: [] })).not.toHaveProperty("apiClientId");
  });
});

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
  it("takes everything from the configuration of Microsoft's cloud", () => {
    expect(knownRulesOf(config)).toEqual({
      authority: "https://login.microsoftonline.com",
      tenantId: config.tenantId,
      clientIds: [config.clientId],
      apiClientId: "33333333-3333-4333-8333-333333333333",
    });
  });

  it("takes the authority from the issuer, where metadata comes along", () => {
    const authorityMetadata = JSON.stringify({ issuer: `http://localhost:9400/${config.tenantId}/v2.0` });
    expect(knownRulesOf({ ...config, authority: "https://localhost:9400/x", authorityMetadata })).toMatchObject({
      authority: "http://localhost:9400",
    });
  });

  it("takes nothing else for a configuration", () => {
    expect(() => knownRulesOf({ ...config, authority: 5 })).toThrow();
  });

  it("leaves out what the configuration does not tell", () => {
    expect(knownRulesOf({ ...config, apiScopes: [] })).not.toHaveProperty("apiClientId");
  });
});

import { describe, expect, it } from "vitest";
import { readTokenExchange } from "./token-exchange-request.ts";

const clientId = "44444444-4444-4444-8444-444444444444";
const accessToken = "urn:ietf:params:oauth:token-type:access_token";
const good = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token: "teams-token",
  subject_token_type: accessToken,
};
const read = (changes: Record<string, string | undefined> = {}, more = "") => {
  const entries = Object.entries({ ...good, ...changes }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as [string, string]],
  );
  return readTokenExchange(new URLSearchParams(`${new URLSearchParams(entries)}${more}`), clientId);
};

describe("a token exchange request", () => {
  it.each([
    ["as it should be", {}],
    ["with the requested type that there is", { requested_token_type: accessToken }],
    ["with the caller's client id, in any case", { client_id: clientId.toUpperCase() }],
    ["with empty parameters", { actor_token: "", scope: "", audience: "", requested_token_type: "" }],
    ["with parameters that nobody defined", { flavour: "vanilla" }],
  ])("%s is read", (_what, changes) => {
    expect(read(changes)).toEqual({ ok: true, value: "teams-token" });
  });

  it.each([
    ["without a grant type", { grant_type: undefined }, "grant-type-missing"],
    ["with another grant type", { grant_type: "client_credentials" }, "grant-type-unsupported"],
    ["without a subject token", { subject_token: undefined }, "subject-token-missing"],
    ["without its type", { subject_token_type: undefined }, "subject-token-type-unsupported"],
    [
      "with an ID token",
      { subject_token_type: "urn:ietf:params:oauth:token-type:id_token" },
      "subject-token-type-unsupported",
    ],
    [
      "for a refresh token",
      { requested_token_type: "urn:ietf:params:oauth:token-type:refresh_token" },
      "requested-token-type-unsupported",
    ],
    ["with an actor", { actor_token: "another-token" }, "actor-token-given"],
    ["with an actor's type", { actor_token_type: accessToken }, "actor-token-given"],
    ["for an audience", { audience: "https://elsewhere.example" }, "target-given"],
    ["for a resource", { resource: "https://elsewhere.example" }, "target-given"],
    ["for a scope", { scope: "chat" }, "scope-given"],
    ["of another client", { client_id: "55555555-5555-4555-8555-555555555555" }, "client-id-differs"],
  ])("%s is refused", (_what, changes, reason) => {
    expect(read(changes)).toEqual({ ok: false, reason });
  });

  it("with a parameter twice is refused, also with the same value", () => {
    expect(read({}, "&subject_token=teams-token")).toEqual({ ok: false, reason: "parameter-repeated" });
  });
});

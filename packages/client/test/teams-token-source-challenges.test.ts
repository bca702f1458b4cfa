// How challenges, and Teams tokens that are too old, are answered.
import { InteractionRequiredAuthError } from "@azure/msal-browser";
import { describe, expect, it } from "vitest";
import { config } from "./support.ts";
import { claims, freezeTimeAndCheckRejections, problem, setUp } from "./teams-token-source-setup.ts";

freezeTimeAndCheckRejections();

describe("a Teams token that the server calls too old", () => {
  it.each(["teams-token-expired", "teams-token-expiring"])("is renewed once for %s", async (name) => {
    const world = setUp();
    world.respondWith(() => {
      world.respondWith(undefined);
      return problem(name, 400);
    });
    expect((await world.createSource().exchange()).token).toMatch(/^acs-/);
    expect(world.requests.silent).toContainEqual(
      expect.objectContaining({ scopes: config.teamsScopes, forceRefresh: true }),
    );
  });

  it("is renewed only once", async () => {
    const world = setUp();
    let tries = 0;
    world.respondWith(() => {
      tries += 1;
      return problem("teams-token-expiring", 400);
    });
    await expect(world.createSource().exchange()).rejects.toMatchObject({ problem: "teams-token-expiring" });
    expect(tries).toBe(2);
  });
});

describe("a claims challenge of the API", () => {
  const challenge = () =>
    problem("insufficient-claims", 401, {
      "www-authenticate": `Bearer realm="", error="insufficient_claims", claims="${btoa(claims)}"`,
    });

  it("is answered without the user if Entra ID allows it", async () => {
    const world = setUp();
    world.respondWith(() => {
      world.respondWith(undefined);
      return challenge();
    });
    expect((await world.createSource().exchange()).token).toMatch(/^acs-/);
    expect(world.requests.silent).toContainEqual(expect.objectContaining({ scopes: config.apiScopes, claims }));
  });

  it("is answered with the user if Entra ID needs them", async () => {
    const world = setUp();
    world.respondWith(() => {
      world.respondWith(undefined);
      world.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
      return challenge();
    });
    expect((await world.createSource().exchange({ interaction: "popup" })).token).toMatch(/^acs-/);
    expect(world.requests.popup).toEqual([expect.objectContaining({ scopes: config.apiScopes, claims })]);
  });

  it("is part of the error if no interaction is allowed, so that the next sign-in can answer it", async () => {
    const world = setUp();
    world.respondWith(() => {
      world.failSilentlyWith(new InteractionRequiredAuthError("interaction_required", "corr"));
      return challenge();
    });
    await expect(world.createSource().exchange()).rejects.toMatchObject({ errorCode: "interaction_required", claims });
  });

  it("is answered only once", async () => {
    const world = setUp();
    let tries = 0;
    world.respondWith(() => {
      tries += 1;
      return challenge();
    });
    await expect(world.createSource().exchange()).rejects.toMatchObject({ problem: "insufficient-claims" });
    expect(tries).toBe(2);
  });
});

// Which resource serves a user, for many users: the same for each, in proportion to the weights, and moving no more than it must.
import { describe, expect, it } from "vitest";
import { type Candidate, createHeldTokens, createRoutes } from "./routes.ts";
import type { Resource } from "./tenant.ts";

const tenantId = "11111111-1111-4111-8111-111111111111";
const users = Array.from({ length: 4_000 }, (_, index) => `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`);

function candidate(name: string, changes: Partial<Candidate> = {}, isOpen = false): Candidate {
  const resource = { name, identity: { resilience: { isOpen } } } as Resource;
  return { resource, weight: 1, isDraining: false, ...changes };
}
const held = (now = () => 0, most?: number) => createHeldTokens(now, most);
const routesOf = (candidates: Candidate[], { failover = false, memory = held() } = {}) =>
  createRoutes({ tenantId, candidates, failover, held: memory });
const namesFor = (candidates: Candidate[], options = {}) => {
  const routes = routesOf(candidates, options);
  return users.map((user) => routes.resourceOf(user).name);
};
const shareOf = (name: string, names: readonly (string | undefined)[]) =>
  names.filter((each) => each === name).length / names.length;
const three = ["eu", "us", "uk"].map((name) => candidate(name));

describe("the resource of a user", () => {
  it("is the same every time, in every order of the list", () => {
    expect(namesFor([...three].reverse())).toEqual(namesFor(three));
  });

  it("differs between tenants", () => {
    const other = createRoutes({ tenantId: "other", candidates: three, failover: false, held: held() });
    expect(users.map((user) => other.resourceOf(user).name)).not.toEqual(namesFor(three));
  });

  it("is each one in proportion to its weight", () => {
    const names = namesFor([candidate("eu", { weight: 3 }), candidate("us"), candidate("uk")]);
    expect(shareOf("eu", names)).toBeCloseTo(0.6, 1);
    expect(shareOf("us", names)).toBeCloseTo(0.2, 1);
  });

  it("changes only for the users that a new resource gets", () => {
    const before = namesFor(three);
    const after = namesFor([...three, candidate("de")]);
    const moved = after.filter((name, index) => name !== before[index]);
    expect(new Set(moved)).toEqual(new Set(["de"]));
    expect(moved.length / users.length).toBeCloseTo(0.25, 1);
  });
});

describe("a resource that drains", () => {
  const draining = [candidate("eu", { isDraining: true }), candidate("us"), candidate("uk")];

  it("gets no new user, and the others keep theirs", () => {
    const before = namesFor(three);
    const after = namesFor(draining);
    expect(shareOf("eu", after)).toBe(0);
    expect(after.filter((_name, index) => before[index] !== "eu")).toEqual(before.filter((name) => name !== "eu"));
  });

  it("keeps a user as long as the last token that it gave lives", () => {
    let now = 0;
    const memory = held(() => now);
    const [user = ""] = users;
    routesOf(three, { memory }).served(user, candidate("eu").resource, new Date(1_000));
    const routes = routesOf(draining, { memory });
    expect(routes.resourceOf(user).name).toBe("eu");
    now = 1_000;
    expect(routes.resourceOf(user).name).not.toBe("eu");
  });

  it("does not get back a user who has moved", () => {
    const memory = held();
    const [user = ""] = users;
    const routes = routesOf(draining, { memory });
    const moved = routes.resourceOf(user);
    routes.served(user, moved, new Date(1_000));
    expect(routes.resourceOf(user)).toBe(moved);
  });
});

describe("a resource whose circuit breaker is open", () => {
  const broken = [candidate("eu", {}, true), candidate("us"), candidate("uk")];

  it("is passed over only if the tenant allows it", () => {
    expect(shareOf("eu", namesFor(broken))).toBe(shareOf("eu", namesFor(three)));
    expect(shareOf("eu", namesFor(broken, { failover: true }))).toBe(0);
  });

  it("stays the user's own if all are", () => {
    const all = ["eu", "us", "uk"].map((name) => candidate(name, {}, true));
    expect(namesFor(all, { failover: true })).toEqual(namesFor(three));
  });
});

it("no more users are remembered than allowed; the ones served longest ago are forgotten first", () => {
  const memory = held(() => 0, 2);
  for (const user of ["a", "b", "a", "c"]) memory.note(user, "eu", 1_000);
  expect(["a", "b", "c"].map((user) => memory.of(user))).toEqual(["eu", undefined, "eu"]);
});

import { describe, expect, it } from "vitest";
import {
  catalogue,
  oauthErrorOf,
  type ProblemName,
  problemNames,
  problems,
  problemsOf,
  problemType,
} from "./problems.ts";

describe("the problem catalogue", () => {
  it.each(problemNames)("describes %s in whole sentences", (name) => {
    const { status, title, when, remedy, hint } = problems[name];
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(when).toMatch(/^[A-Z`].*\.$/);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
    expect(hint).toMatch(/^[A-Z`].{20,}\.$/);
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it("gives every problem a type that leads to its section", () => {
    expect(problemType("teams-token-expired")).toBe("/problems#teams-token-expired");
  });

  it("knows the problems of a group of routes", () => {
    expect(problemsOf("administration")).toEqual(["role-missing", "store-unavailable"]);
    expect(problemsOf("exchange")).toEqual(expect.arrayContaining(["teams-token-expired", "quota-exhausted"]));
    expect(problemsOf("exchange")).not.toContain("mapping-not-found");
  });

  it("lets a client renew the Teams token only for the two problems that a new one solves", () => {
    const cured = problemNames.filter((name) => problems[name].cure === "renew-teams-token");
    expect(cured).toEqual(["teams-token-expired", "teams-token-expiring"]);
  });
});

const oauthErrors: [problem: ProblemName, error: string][] = [
  ["caller-token-missing", "invalid_client"],
  ["client-not-allowed", "unauthorized_client"],
  ["caller-denied", "unauthorized_client"],
  ["teams-token-other-user", "invalid_request"],
  ["teams-token-rejected", "invalid_request"],
  ["teams-token-expired", "invalid_request"],
  ["rate-limited", "temporarily_unavailable"],
  ["quota-exhausted", "temporarily_unavailable"],
  ["internal-error", "server_error"],
  ["upstream-timeout", "server_error"],
  ["grant-type-unsupported", "unsupported_grant_type"],
  ["target-unsupported", "invalid_target"],
  ["scope-unsupported", "invalid_scope"],
];

describe("the OAuth error", () => {
  it.each(oauthErrors)("of %s is %s", (problem, error) => expect(oauthErrorOf(problem)).toBe(error));

  it("is invalid_request for every 403 that is about the Teams token (RFC 8693, section 2.2.2)", () => {
    const refused = (Object.keys(catalogue) as ProblemName[]).filter((name) => /^teams-token-/.test(name));
    expect(new Set(refused.map(oauthErrorOf))).toEqual(new Set(["invalid_request"]));
  });
});

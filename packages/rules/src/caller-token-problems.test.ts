import { expect, it } from "vitest";
import { problemOfCallerRefusal } from "./caller-token-problems.ts";

it("whatever is wrong with who sent the token is one and the same problem", () => {
  const { "app-only": _a, "scope-missing": _s, "client-not-allowed": _c, ...others } = problemOfCallerRefusal;
  const { "auth-context-missing": _m, "auth-context-missing-without-cp1": _w, ...authentication } = others;
  expect(new Set(Object.values(authentication))).toEqual(new Set(["caller-token-invalid"]));
});

it("what the caller can do something about is told", () => {
  expect(problemOfCallerRefusal).toMatchObject({
    "app-only": "scope-missing",
    "scope-missing": "scope-missing",
    "client-not-allowed": "client-not-allowed",
    "auth-context-missing": "insufficient-claims",
    "auth-context-missing-without-cp1": "claims-challenge-not-understood",
  });
});

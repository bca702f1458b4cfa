import type { Failure } from "@teams-token-exchange/client/failure";
import { describe, expect, it } from "vitest";
import { type AuthEvent, type AuthState, authReducer } from "./auth-state.ts";

const user = { id: "user.tenant", name: "A User", username: "user@example.org" };
const failure: Failure = { code: "x", title: "t", cause: "c", advice: "a", action: "retry", references: [] };
const signedOut: AuthState = { status: "signed-out" };
const signingIn: AuthState = { status: "signing-in", way: "popup", attempt: 2, startedAt: 1000 };
const signedIn: AuthState = { status: "signed-in", user, way: "popup" };
const signingOut: AuthState = { status: "signing-out", user };
const started: AuthEvent = { type: "sign-in-started", way: "popup", attempt: 2, at: 1000 };
const succeeded: AuthEvent = { type: "signed-in", user, way: "popup", at: 1250 };
const failed = (attempt: number): AuthEvent => ({ type: "sign-in-failed", attempt, failure, at: 1250 });

describe("authReducer", () => {
  it("goes from signed out to signed in and measures how long it took", () => {
    const state = [started, succeeded].reduce(authReducer, signedOut);
    expect(state).toEqual({ status: "signed-in", user, way: "popup", durationMs: 250 });
  });

  it("keeps a failure with the way of the attempt, so that the user can try the same way again", () => {
    expect(authReducer(signingIn, failed(2))).toEqual({
      status: "sign-in-failed",
      way: "popup",
      failure,
      durationMs: 250,
    });
  });

  it("ignores the failure of an attempt that was replaced", () => {
    expect(authReducer(signingIn, failed(1))).toBe(signingIn);
  });

  it("ignores the failure of an attempt that was cancelled", () => {
    const cancelled = authReducer(signingIn, { type: "sign-in-cancelled" });
    expect(cancelled).toEqual(signedOut);
    expect(authReducer(cancelled, failed(2))).toBe(cancelled);
  });

  it("accepts a sign-in that succeeds after it was cancelled, because MSAL has the account by then", () => {
    expect(authReducer(signedOut, succeeded)).toEqual(signedIn);
  });

  it("starts again after a failure", () => {
    const failedState = authReducer(signingIn, failed(2));
    expect(authReducer(failedState, started)).toEqual(signingIn);
  });

  it("returns to signed in if signing out fails", () => {
    const state = authReducer(authReducer(signedIn, { type: "sign-out-started" }), {
      type: "sign-out-failed",
      way: "popup",
    });
    expect(state).toEqual(signedIn);
  });

  it.each<[string, AuthState, AuthEvent]>([
    ["a sign-in while signed in", signedIn, started],
    ["a sign-in while signing out", signingOut, started],
    ["a late success while signing out", signingOut, succeeded],
    ["a cancel while signed in", signedIn, { type: "sign-in-cancelled" }],
    ["a sign-out while signed out", signedOut, { type: "sign-out-started" }],
    ["a failed sign-out while signed out", signedOut, { type: "sign-out-failed", way: "popup" }],
  ])("does not change the state for %s", (_, state, event) => {
    expect(authReducer(state, event)).toBe(state);
  });
});

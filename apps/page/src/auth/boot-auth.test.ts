import { type AccountInfo, type AuthenticationResult, ServerError } from "@azure/msal-browser";
import { describe, expect, it } from "vitest";
import { bootAuth } from "./boot-auth.ts";
import { rememberInteraction } from "./pending-interaction.ts";

const account = { homeAccountId: "u.t", username: "user@example.org", name: "A User" } as AccountInfo;
const user = { id: "u.t", name: "A User", username: "user@example.org" };
const refused = new ServerError(
  "access_denied",
  "corr",
  "AADSTS65004: User declined to consent. Trace ID: 0a1b2c3d-0000",
);

function memoryStorage(): Storage {
  const items = new Map<string, string>();
  return {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  } as Storage;
}

function msal(outcome: AuthenticationResult | null | Error, active: AccountInfo | null = null) {
  let current = active;
  return {
    handleRedirectPromise: async () => {
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    getActiveAccount: () => current,
    setActiveAccount: (next: AccountInfo | null) => {
      current = next;
    },
  };
}

const result = { account } as AuthenticationResult;

describe("bootAuth", () => {
  it("starts signed out if there is no account", async () => {
    expect(await bootAuth(msal(null), memoryStorage())).toEqual({ initial: { status: "signed-out" } });
  });

  it("starts signed in after a reload, and continues no step", async () => {
    expect(await bootAuth(msal(null, account), memoryStorage())).toEqual({
      initial: { status: "signed-in", user, way: "redirect" },
    });
  });

  it("completes a sign-in by redirect and measures how long it took", async () => {
    const storage = memoryStorage();
    rememberInteraction(storage, { step: "sign-in", startedAt: 1000 });
    expect(await bootAuth(msal(result), storage, () => 4000)).toEqual({
      initial: { status: "signed-in", user, way: "redirect", durationMs: 3000 },
    });
  });

  it("shows a refused consent as a failed sign-in", async () => {
    const storage = memoryStorage();
    rememberInteraction(storage, { step: "sign-in", startedAt: 1000 });
    const { initial } = await bootAuth(msal(refused), storage, () => 4000);
    expect(initial).toMatchObject({ status: "sign-in-failed", durationMs: 3000, failure: { code: "AADSTS65004" } });
  });

  it("continues the step that a redirect interrupted", async () => {
    const storage = memoryStorage();
    rememberInteraction(storage, { step: "exchange", startedAt: 1000 });
    const booted = await bootAuth(msal(result, account), storage);
    expect(booted.resume).toEqual({ step: "exchange" });
  });

  it("stays signed in if the redirect of a step was refused, and passes the failure to the step", async () => {
    const storage = memoryStorage();
    rememberInteraction(storage, { step: "tokens", startedAt: 1000 });
    const booted = await bootAuth(msal(refused, account), storage);
    expect(booted.initial.status).toBe("signed-in");
    expect(booted.resume).toMatchObject({ step: "tokens", failure: { code: "AADSTS65004" } });
  });

  it("continues no step if the user pressed the back button", async () => {
    const storage = memoryStorage();
    rememberInteraction(storage, { step: "exchange", startedAt: 1000 });
    const booted = await bootAuth(msal(null, account), storage);
    expect(booted).toEqual({ initial: { status: "signed-in", user, way: "redirect" } });
  });
});

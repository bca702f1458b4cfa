import type { TokenClient } from "@teams-token-exchange/client";
import { describe, expect, it } from "vitest";
import { createFindPeople } from "./find-people.ts";

const account = { homeAccountId: "a" };
const scopes: string[][] = [];
const msal = {
  getActiveAccount: () => account,
  getAllAccounts: () => [account],
  async acquireTokenSilent(request: { scopes: string[] }) {
    scopes.push(request.scopes);
    return { accessToken: "graph-token" };
  },
} as unknown as TokenClient;

function finder(answer: () => Response) {
  const asked: [URL, RequestInit][] = [];
  const fetchFn = (async (url: URL, init: RequestInit) => {
    asked.push([url, init]);
    return answer();
  }) as unknown as typeof fetch;
  return { asked, find: createFindPeople(msal, "https://graph.microsoft.us", fetchFn) };
}

const bruno = { id: "1", displayName: "Bruno Okafor", userPrincipalName: "bruno@northwharf.example" };

describe("finding people", () => {
  it("searches name and sign-in name in the Graph of the cloud, with the token in the header", async () => {
    const { asked, find } = finder(() => Response.json({ value: [bruno] }));
    expect(await find("bru")).toEqual([
      { objectId: "1", name: "Bruno Okafor", signInName: "bruno@northwharf.example" },
    ]);
    const [[url, init] = []] = asked;
    expect(url?.origin).toBe("https://graph.microsoft.us");
    expect(url?.searchParams.get("$search")).toBe('"displayName:bru" OR "userPrincipalName:bru"');
    expect(init?.headers).toEqual({ authorization: "Bearer graph-token", consistencylevel: "eventual" });
    expect(url?.href).not.toContain("graph-token");
    expect(scopes).toEqual([["User.ReadBasic.All"]]);
  });

  it.each(['a" OR "mail:b', "a\\"])("sends %j as text to search for and not as a part of the query", async (text) => {
    const { asked, find } = finder(() => Response.json({ value: [] }));
    await find(text);
    expect(asked[0]?.[0].searchParams.get("$search")).toMatch(/^"displayName:[^"\\]*" OR "userPrincipalName:[^"\\]*"$/);
  });

  it("shows the sign-in name of someone without a name, and leaves out what is no user", async () => {
    const { find } = finder(() => Response.json({ value: [{ ...bruno, displayName: null }, { id: 2 }, null] }));
    expect(await find("b")).toEqual([
      { objectId: "1", name: "bruno@northwharf.example", signInName: "bruno@northwharf.example" },
    ]);
  });

  it.each([
    ["a refusal", () => Response.json({ error: {} }, { status: 403 })],
    ["something else", () => new Response("<html>")],
    ["no list", () => Response.json({})],
  ])("rejects %s", async (_name, answer) => {
    await expect(finder(answer).find("b")).rejects.toMatchObject({ name: "UnexpectedResponseError" });
  });

  it("says that Graph cannot be reached", async () => {
    const { find } = finder(() => {
      throw new TypeError("Failed to fetch");
    });
    await expect(find("b")).rejects.toMatchObject({ name: "NetworkError" });
  });
});

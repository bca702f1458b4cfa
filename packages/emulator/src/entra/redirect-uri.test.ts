// Tests as a table which redirect URIs match.
import { describe, expect, it } from "vitest";
import type { Registration } from "../state/seed-types.ts";
import { isPostLogoutUri, isSpaOrigin, platformOf } from "./redirect-uri.ts";

const client: Registration = {
  name: "a",
  appId: "app",
  displayName: "A",
  redirectUris: {
    spa: ["http://localhost:3000/", "https://app.example/redirect.html"],
    web: ["https://web.example/cb?tenant=1"],
    desktop: ["http://localhost", "myapp://auth"],
  },
};

describe("platformOf", () => {
  it.each([
    ["http://localhost:3000/", "spa"],
    ["http://localhost:4000/", "spa"],
    ["https://app.example/redirect.html", "spa"],
    ["https://web.example/cb?tenant=1", "web"],
    ["myapp://auth", "desktop"],
  ])("%s has the platform %s", (uri, platform) => {
    expect(platformOf(client, uri)).toBe(platform);
  });

  it.each([
    "https://app.example/redirect.html/",
    "https://app.example/Redirect.html",
    "https://app.example:444/redirect.html",
    "https://app.example.evil.example/redirect.html",
    "http://localhost.evil.example/",
    "http://localhost:3000/x",
    "https://localhost:3000/",
    "http://127.0.0.1:3000/",
    "https://web.example/cb",
    "https://app.example/redirect.html#x",
  ])("%s is refused with AADSTS50011", (uri) => {
    expect(() => platformOf(client, uri)).toThrow("AADSTS50011");
  });
});

it("recognizes the origins of a single-page application, with any port of localhost", () => {
  const origins = ["http://localhost:5173", "https://app.example", "https://web.example", "null"];
  expect(origins.map((origin) => isSpaOrigin(client, origin))).toEqual([true, true, false, false]);
});

it("returns only to registered addresses after sign-out", () => {
  expect(isPostLogoutUri([client], "https://app.example/redirect.html")).toBe(true);
  expect(isPostLogoutUri([client], "https://evil.example/")).toBe(false);
});

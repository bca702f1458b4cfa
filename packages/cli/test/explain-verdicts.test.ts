// The explain command: forged tokens, each with the field that fails, held against what the real server says to the same ones.
import { readConfig } from "@teams-token-exchange/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPatientApp } from "../../server/test/support/patient-app.ts";
import { emulator, explain, issue, otherId, printed, settings } from "./support-explained-tokens.ts";

let app: Awaited<ReturnType<typeof createPatientApp>>;
let url: string;

beforeAll(async () => {
  app = await createPatientApp(readConfig(settings), { logDestination: { write: () => {} } });
  url = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  await app.close();
});

/** What the server itself answers. */
async function served(
  callerToken: string,
  teamsUserToken: string,
): Promise<{ status: number; problem: string | undefined }> {
  const response = await fetch(`${url}/api/token/teams`, {
    method: "POST",
    headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
    body: JSON.stringify({ teamsUserToken }),
  });
  const { type } = (await response.json()) as { type?: string };
  return { status: response.status, problem: type?.replace("/problems#", "") };
}

/** A token whose text is changed after it was signed. */
const cut = (token: string, change: (parts: string[]) => string[]) => change(token.split(".")).join(".");

const forgedCallers: [name: string, field: string, problem: string, forge: () => Promise<string>][] = [
  ["of another tenant", "tid", "caller-token-invalid", () => issue("api", { user: "dana" })],
  ["in the v1 form for the v2 issuer", "iss", "caller-token-invalid", () => issue("api", { claims: { ver: "1.0" } })],
  [
    "of another issuer",
    "iss",
    "caller-token-invalid",
    () => issue("api", { claims: { iss: "https://evil.example/" } }),
  ],
  ["for another API", "aud", "caller-token-invalid", () => issue("api-v1")],
  ["for Microsoft Graph", "aud", "caller-token-invalid", () => issue("graph")],
  ["for Teams, sent in the wrong place", "aud", "caller-token-invalid", () => issue("teams")],
  ["that has expired", "exp", "caller-token-invalid", () => issue("api", { expiresInSeconds: -120 })],
  [
    "that is not valid yet",
    "nbf",
    "caller-token-invalid",
    () => issue("api", { claims: { nbf: Date.now() / 1000 + 600 } }),
  ],
  ["without an expiry", "exp", "caller-token-invalid", () => issue("api", { claims: { exp: null } })],
  ["without a user id", "oid", "caller-token-invalid", () => issue("api", { claims: { oid: null } })],
  ["of an unknown version", "ver", "caller-token-invalid", () => issue("api", { claims: { ver: "3.0" } })],
  ["with audiences as a list", "aud", "caller-token-invalid", () => issue("api", { claims: { aud: ["x"] } })],
  ["of an application without a user", "idtyp", "scope-missing", () => issue("api", { claims: { idtyp: "app" } })],
  ["without the scope", "scp", "scope-missing", () => issue("api", { scopes: [] })],
  ["of another client", "azp", "client-not-allowed", () => issue("api", { client: "desktop" })],
  [
    "without the authentication context",
    "acrs",
    "insufficient-claims",
    () => issue("api", { claims: { acrs: null, xms_cc: ["cp1"] } }),
  ],
  [
    "of a client without cp1",
    "acrs, xms_cc",
    "claims-challenge-not-understood",
    () => issue("api", { claims: { acrs: null } }),
  ],
  ["signed by HS256", "alg (header)", "caller-token-invalid", () => issue("api", { header: { alg: "HS256" } })],
  ["not signed at all", "alg (header)", "caller-token-invalid", () => issue("api", { header: { alg: "none" } })],
  [
    "with a critical extension",
    "crit (header)",
    "caller-token-invalid",
    () => issue("api", { header: { crit: ["x"] } }),
  ],
  ["without a key id", "kid (header)", "caller-token-invalid", () => issue("api", { header: { kid: null } })],
  [
    "without its signature",
    "(signature: missing or not canonical)",
    "caller-token-invalid",
    async () => cut(await issue("api"), ([header = "", payload = ""]) => [header, payload, ""]),
  ],
  [
    "of two parts",
    "(form: not a signed JSON Web Token)",
    "caller-token-invalid",
    async () => cut(await issue("api"), (parts) => parts.slice(0, 2)),
  ],
  [
    "of more than 16 KB",
    "groups (size: over 16 KB)",
    "headers-too-large",
    () => issue("api", { claims: { groups: "x".repeat(17_000) } }),
  ],
];

describe("a caller's token", () => {
  it.each(forgedCallers)("%s fails by %s", async (_name, field, problem, forge) => {
    const callerToken = await forge();
    const teamsToken = await issue("teams");
    const [caller] = explain([callerToken, teamsToken]).tokens;
    expect(caller).toMatchObject({ role: "caller's token", verdict: { taken: false, field, problem } });
    expect(await served(callerToken, teamsToken)).toMatchObject({ problem });
    expect(printed.join("\n")).toContain(`/problems#${problem}`);
  });
});

const forgedTeams: [name: string, field: string, problem: string, forge: () => Promise<string>][] = [
  ["for another resource", "aud", "teams-token-wrong-audience", () => issue("graph")],
  ["that has expired", "exp", "teams-token-expired", () => issue("teams", { expiresInSeconds: -1 })],
  ["with five minutes left", "exp", "teams-token-expiring", () => issue("teams", { expiresInSeconds: 300 })],
  ["of the home tenant of a guest", "tid", "teams-token-other-tenant", () => issue("teams", { user: "dana" })],
  ["of another user", "oid", "teams-token-other-user", () => issue("teams", { user: "bruno" })],
  ["of another client", "appid", "teams-token-other-client", () => issue("teams", { client: "desktop" })],
  ["of two clients", "azp", "teams-token-other-client", () => issue("teams", { claims: { azp: otherId } })],
  [
    "without Teams.ManageChats",
    "scp",
    "teams-token-scope-missing",
    () => issue("teams", { scopes: ["Teams.ManageCalls"] }),
  ],
  ["with an expiry in words", "exp", "teams-token-malformed", () => issue("teams", { claims: { exp: "soon" } })],
  ["with a user id that is no text", "oid", "teams-token-malformed", () => issue("teams", { claims: { oid: 5 } })],
];

describe("a Teams token", () => {
  it.each(forgedTeams)("%s fails by %s", async (_name, field, problem, forge) => {
    const callerToken = await issue("api");
    const teamsToken = await forge();
    const [caller, teams] = explain([callerToken, teamsToken]).tokens.map(({ verdict }) => verdict);
    expect(caller).toMatchObject({ taken: true });
    expect(teams).toMatchObject({ taken: false, field, problem });
    expect(await served(callerToken, teamsToken)).toMatchObject({ problem });
  });

  it("that cannot be read is left to ACS", async () => {
    const [, teams] = explain([await issue("api"), "opaque-reference.0123456789"]).tokens;
    expect(teams).toMatchObject({
      kind: "opaque",
      verdict: { taken: true, note: expect.stringContaining("its judge") },
    });
  });
});

describe("sound tokens", () => {
  it("would be taken, in either order, and are", async () => {
    const [callerToken, teamsToken] = [await issue("api"), await issue("teams")];
    for (const order of [
      [callerToken, teamsToken],
      [teamsToken, callerToken],
    ]) {
      const { tokens, assumptions } = explain(order);
      expect(tokens.map(({ kind, role, verdict }) => [kind, role, verdict.taken])).toEqual([
        ["api-token", "caller's token", true],
        ["teams-token", "Teams token", true],
      ]);
      expect(assumptions).toEqual([]);
    }
    expect(await served(callerToken, teamsToken)).toMatchObject({ status: 200 });
  });
});

describe("a token for another Application ID URI of the API", () => {
  const aud = "api://contoso.example/exchange";

  it("is accepted if the settings list it, or do not say which API is meant", async () => {
    const token = await issue("api", { version: 1, claims: { aud } });
    const isTaken = (env: Record<string, string>) => explain([token], env).tokens.map(({ verdict }) => verdict.taken);
    expect(isTaken({ ...settings, ENTRA_API_AUDIENCES: `https://contoso.example/api, ${aud}` })).toEqual([true]);
    expect(isTaken({ ENTRA_AUTHORITY: emulator.origin })).toEqual([true]);
    expect(isTaken(settings)).toEqual([false]);
  });
});

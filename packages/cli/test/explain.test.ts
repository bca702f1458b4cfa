// The explain command: forged tokens, each with the field that fails, held against what the real server says to the same ones.
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { type Explanation, explainTokens, readTokens } from "@teams-token-exchange/rules/explain";
import { readConfig } from "@teams-token-exchange/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPatientApp } from "../../server/test/support/patient-app.ts";
import { explanationLines, knownRules } from "../src/explain-command.ts";

type Issue = Partial<Parameters<Emulator["issueToken"]>[0]>;

let emulator: Emulator;
let app: Awaited<ReturnType<typeof createPatientApp>>;
let url: string;
let settings: Record<string, string>;
const otherId = "99999999-9999-4999-8999-999999999999";
/** Everything that was ever issued here, to be looked for in everything that was ever printed. */
const issued: string[] = [];
const printed: string[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  settings = {
    ENTRA_AUTHORITY: emulator.origin,
    ENTRA_TENANT_ID: emulator.tenant("northwharf").id,
    ENTRA_API_CLIENT_ID: emulator.registration("api").appId,
    ENTRA_CLIENT_IDS: emulator.registration("spa").appId,
    REQUIRED_AUTH_CONTEXTS: "c1",
    ACS_CONNECTION_STRING: emulator.acsConnectionString,
    ALLOW_INSECURE_LOOPBACK: "true",
  };
  app = await createPatientApp(readConfig(settings), { logDestination: { write: () => {} } });
  url = await app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(async () => {
  await app.close();
  await emulator.close();
  const output = printed.join("\n");
  for (const token of issued) {
    for (const fragment of token.match(/[\w-]{20}/g) ?? []) expect(output.includes(fragment)).toBe(false);
  }
  for (const { upn, displayName } of emulator.users) {
    expect(output).not.toContain(upn);
    for (const name of displayName.split(" ")) expect(output).not.toContain(name);
  }
});

async function issue(resource: string, { claims, ...changes }: Issue = {}): Promise<string> {
  const token = await emulator.issueToken({
    resource,
    user: "ada",
    client: "spa",
    ...changes,
    claims: { ...(resource === "teams" ? {} : { acrs: ["c1"] }), ...claims },
  });
  issued.push(token);
  return token;
}

function explain(tokens: readonly string[], env = settings): Explanation {
  const explanation = explainTokens(tokens, knownRules(env), Date.now() / 1000);
  printed.push(...explanationLines(explanation), JSON.stringify(explanation));
  return explanation;
}

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

  it("are described: issuer, form, for whom, whose, how long", async () => {
    const lines = explanationLines(explain([await issue("api")])).join("\n");
    expect(lines).toContain(`Issuer          ${emulator.origin}, tenant ${settings["ENTRA_TENANT_ID"]}, v2 form`);
    expect(lines).toContain(`For             the application ${settings["ENTRA_API_CLIENT_ID"]}`);
    expect(lines).toContain(`Bearer          the user ${emulator.user("ada").oid}`);
    expect(lines).toContain("Permissions     access_as_user");
    expect(lines).toMatch(/Ends {12}\d{4}-\d\d-\d\dT.* \(in \d+ min\)/);
  });

  it("can be explained without settings; what was assumed is said", async () => {
    const known = { ENTRA_AUTHORITY: emulator.origin };
    const { tokens, assumptions } = explain([await issue("api"), await issue("teams")], known);
    expect(tokens.map(({ verdict }) => verdict.taken)).toEqual([true, true]);
    expect(assumptions.map((sentence) => sentence.split(" ")[0])).toEqual([
      ...["ENTRA_TENANT_ID", "ENTRA_API_CLIENT_ID", "ENTRA_CLIENT_IDS"],
    ]);
    const alone = explain([await issue("teams")], known);
    expect(alone).toMatchObject({
      tokens: [{ role: "Teams token", verdict: { taken: true } }],
      assumptions: [expect.anything()],
    });
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

describe("what a token is", () => {
  it.each([
    ["an ID token", "id-token", { aud: "spa", scp: null, azp: null, nonce: "n" }],
    ["an ACS token", "acs-token", { skypeid: "orgid:x", acsScope: "voip" }],
    ["a token for another API", "other-access-token", { aud: otherId }],
  ])("%s", async (_name, kind, claims) => {
    expect(explain([await issue("api", { claims })]).tokens[0]?.kind).toBe(kind);
  });

  it("shows nothing of hostile claims: tokens, names and addresses inside them stay hidden", async () => {
    const inner = await issue("teams");
    const { upn } = emulator.user("ada");
    const claims = {
      aud: inner,
      tid: upn,
      oid: inner,
      azp: upn,
      scp: `${inner} ${upn}`,
      iss: `https://x.example/${inner}/v2.0`,
      ver: inner,
    };
    const hostile = explain([await issue("api", { claims })]);
    expect(hostile.tokens[0]?.facts.map(({ value }) => value)).toEqual(
      expect.arrayContaining(["another resource", "another issuer", "not an id", "2 of another resource"]),
    );
  });
});

describe("the input", () => {
  it.each([
    ["a header", "Authorization: Bearer aaa.bbb.ccc", ["aaa.bbb.ccc"]],
    ["two lines", "aaa.bbb.ccc\r\n\r\nddd.eee.fff\n", ["aaa.bbb.ccc", "ddd.eee.fff"]],
    ["a JSON body", '{ "teamsUserToken": "aaa.bbb.ccc" }', ["aaa.bbb.ccc"]],
  ])("may be %s", (_name, text, tokens) => {
    expect(readTokens(text)).toEqual({ ok: true, tokens });
  });

  it.each(["", "   \n", "Bearer", "a b c"])("%j is refused without being repeated", (text) => {
    const input = readTokens(text);
    expect(input.ok).toBe(false);
    if (!input.ok && text.trim()) expect(input.advice).not.toContain(text);
  });
});

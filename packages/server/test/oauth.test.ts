// POST /oauth2/token (RFC 8693), by a generic client library and by hand; and that the three ways in are one path.

import { catalogue, type ProblemName } from "@teams-token-exchange/rules";
import { OauthError } from "@teams-token-exchange/rules/contract";
import * as client from "openid-client";
import { describe, expect, it } from "vitest";
import { oauthErrorResponse } from "../src/plugins/oauth/oauth-error.ts";
import {
  answerOf,
  exchangesAsked,
  issue,
  issueBoth,
  startServer,
  type TestServer,
  tokensSeen,
} from "./support/world.ts";

const grant = "urn:ietf:params:oauth:grant-type:token-exchange";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";
const formOf = (teamsToken: string) => ({
  grant_type: grant,
  subject_token: teamsToken,
  subject_token_type: accessTokenType,
});

async function post(server: TestServer, callerToken: string | undefined, form: string | URLSearchParams, headers = {}) {
  const authorization = callerToken === undefined ? {} : { authorization: `Bearer ${callerToken}` };
  const init = { method: "POST", headers: { ...authorization, ...headers }, body: form };
  const answer = await answerOf(await fetch(`${server.url}/oauth2/token`, init));
  const { access_token: token } = answer.body as { access_token?: string };
  if (token) tokensSeen.add(token);
  return answer;
}

describe("openid-client", () => {
  /** The one thing that is not OAuth's default: the client shows the user's access token for this API, not a secret. */
  const configure = ({ url, emulator }: TestServer, callerToken: string) => {
    const showCallerToken: client.ClientAuth = (_server, _client, _body, headers) =>
      headers.set("authorization", `Bearer ${callerToken}`);
    const server = { issuer: url, token_endpoint: `${url}/oauth2/token` };
    const config = new client.Configuration(server, emulator.registration("spa").appId, {}, showCallerToken);
    client.allowInsecureRequests(config);
    return config;
  };

  it("exchanges a Teams token", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const { grant_type, ...parameters } = formOf(teamsToken);
    const answer = await client.genericGrantRequest(configure(server, callerToken), grant_type, {
      ...parameters,
      requested_token_type: accessTokenType,
    });
    tokensSeen.add(answer.access_token);
    expect(server.emulator.inspectAcsToken(answer.access_token).active).toBe(true);
    expect(answer).toMatchObject({ token_type: "bearer", issued_token_type: accessTokenType });
    expect(answer.expires_in).toBeGreaterThan(600);
    expect(answer.expires_in).toBeLessThan(5_401);
  });

  it("reads our refusal as OAuth's", async () => {
    const server = await startServer();
    const callerToken = await issue(server, "api");
    const teamsToken = await issue(server, "teams", { user: "bruno" });
    const { grant_type, ...parameters } = formOf(teamsToken);
    await expect(
      client.genericGrantRequest(configure(server, callerToken), grant_type, parameters),
    ).rejects.toMatchObject({
      error: "invalid_request",
      status: 400,
      cause: { error_uri: "/problems#teams-token-other-user" },
    });
    expect(exchangesAsked(server)).toBe(0);
  });
});

describe("the token endpoint", () => {
  it("is never cached, in the words of both HTTP versions", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const { status, headers } = await post(server, callerToken, new URLSearchParams(formOf(teamsToken)));
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("pragma")).toBe("no-cache");
  });

  it.each([
    ["no credentials", undefined, {}, 401, "invalid_client", "caller-token-missing"],
    ["a token of another API", { audience: "teams" }, {}, 401, "invalid_client", "caller-token-invalid"],
    ["another grant", {}, { grant_type: "password" }, 400, "unsupported_grant_type", "grant-type-unsupported"],
    ["no Teams token", {}, { subject_token: "" }, 400, "invalid_request", "teams-token-missing"],
    ["an actor", {}, { actor_token: "x" }, 400, "invalid_request", "grant-parameters-invalid"],
    ["an audience", {}, { audience: "x" }, 400, "invalid_target", "target-unsupported"],
    ["a scope", {}, { scope: "x" }, 400, "invalid_scope", "scope-unsupported"],
  ] as const)("refuses %s", async (_what, caller, changes, status, error, problem) => {
    const server = await startServer();
    const teamsToken = await issue(server, "teams");
    const api = async () => issue(server, caller && "audience" in caller ? "teams" : "api");
    const form = new URLSearchParams({ ...formOf(teamsToken), ...changes });
    const answer = await post(server, caller && (await api()), form);
    expect(answer).toMatchObject({ status, problem, body: { error } });
    expect(OauthError.strict().parse(answer.body)).toEqual(answer.body);
    expect(answer.headers.get("content-type")).toContain("application/json");
    if (status === 401) expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
    expect(exchangesAsked(server)).toBe(0);
  });

  it.each(["application/json", "text/plain", "multipart/form-data; boundary=x"])(
    "refuses a body of %s",
    async (type) => {
      const server = await startServer();
      const { callerToken, teamsToken } = await issueBoth(server);
      const answer = await post(server, callerToken, JSON.stringify(formOf(teamsToken)), { "content-type": type });
      expect(answer).toMatchObject({ status: 415, problem: "form-required", body: { error: "invalid_request" } });
    },
  );

  it("is the only place that reads a form", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const response = await fetch(`${server.url}/api/token/teams`, {
      method: "POST",
      headers: { authorization: `Bearer ${callerToken}` },
      body: new URLSearchParams({ teamsUserToken: teamsToken }),
    });
    expect(await answerOf(response)).toMatchObject({ status: 415, problem: "media-type-unsupported" });
  });

  it.each(Object.keys(catalogue) as ProblemName[])("describes %s in the characters that OAuth allows", (name) => {
    const { body } = oauthErrorResponse(name, "/problems#any");
    // RFC 6749, section 5.2.
    expect(body.error_description).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(OauthError.parse(body)).toEqual(body);
  });
});

/** One request by each of the three ways. */
const waysIn = {
  "POST /api/token/teams": ({ url }: TestServer, callerToken: string, teamsToken: string) =>
    fetch(`${url}/api/token/teams`, {
      method: "POST",
      headers: { authorization: `Bearer ${callerToken}`, "content-type": "application/json" },
      body: JSON.stringify({ teamsUserToken: teamsToken }),
    }),
  "GET /api/token/teams": ({ url }: TestServer, callerToken: string, teamsToken: string) =>
    fetch(`${url}/api/token/teams`, {
      headers: { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken },
    }),
  "POST /oauth2/token": ({ url }: TestServer, callerToken: string, teamsToken: string) =>
    fetch(`${url}/oauth2/token`, {
      method: "POST",
      headers: { authorization: `Bearer ${callerToken}` },
      body: new URLSearchParams(formOf(teamsToken)),
    }),
};

type Changes = Parameters<typeof issue>[2];
const refusals: [ProblemName, caller: Changes, teams: Changes][] = [
  ["caller-token-invalid", { expiresInSeconds: -3_600 }, {}],
  ["caller-token-invalid", { signWith: "unknown" }, {}],
  ["scope-missing", { scopes: ["something.else"] }, {}],
  ["client-not-allowed", { client: "desktop" }, { client: "desktop" }],
  ["teams-token-other-user", {}, { user: "bruno" }],
  ["teams-token-other-tenant", {}, { user: "dana" }],
  ["teams-token-other-client", {}, { client: "desktop" }],
  ["teams-token-expired", {}, { expiresInSeconds: -60 }],
  ["teams-token-expiring", {}, { expiresInSeconds: 300 }],
  ["teams-token-scope-missing", {}, { scopes: ["Teams.ManageCalls"] }],
  ["teams-token-malformed", {}, { claims: { exp: "soon" } }],
];

describe.each(Object.entries(waysIn))("%s", (way, send) => {
  it.each(refusals)("refuses by the one rule: %s %j %j", async (problem, callerChanges, teamsChanges) => {
    const server = await startServer();
    const [callerToken, teamsToken] = [
      await issue(server, "api", callerChanges),
      await issue(server, "teams", teamsChanges),
    ];
    const answer = await answerOf(await send(server, callerToken, teamsToken));
    const { status } = catalogue[problem];
    expect(answer).toMatchObject({ problem, status: way.startsWith("POST /oauth2") && status === 403 ? 400 : status });
    expect(exchangesAsked(server)).toBe(0);
  });

  it("uses the same quota", async () => {
    const server = await startServer({ ACS_EXCHANGES_PER_30S: "1" });
    const other = await issueBoth(server, { user: "bruno" });
    expect((await send(server, other.callerToken, other.teamsToken)).ok).toBe(true);
    const { callerToken, teamsToken } = await issueBoth(server);
    const answer = await answerOf(await send(server, callerToken, teamsToken));
    expect(answer).toMatchObject({ status: 503, problem: "quota-exhausted" });
    expect(answer.headers.get("retry-after")).toMatch(/^\d+$/);
  });

  it("shares one exchange with simultaneous requests of the other ways", async () => {
    const server = await startServer();
    const { callerToken, teamsToken } = await issueBoth(server);
    const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";
    server.emulator.addFault({ operation, fault: { kind: "delay", milliseconds: 500 }, times: 1 });
    const answers = await Promise.all(Object.values(waysIn).map((each) => each(server, callerToken, teamsToken)));
    expect(answers.every(({ ok }) => ok)).toBe(true);
    expect(exchangesAsked(server)).toBe(1);
  });
});

import { describe, expect, it } from "vitest";
import { exchangeTeamsToken, fetchClientConfig, fetchJson, parseClientConfig } from "../src/server-api.ts";
import { challengedClaims, NetworkError, ProblemError, UnexpectedResponseError } from "../src/server-errors.ts";
import { config } from "./support.ts";

const url = new URL("https://server.example/api/x");
const problem = {
  type: "/problems#upstream-busy",
  title: "Busy",
  status: 503,
  detail: "Wait.",
  requestId: "r-1",
};

const answering =
  (body: BodyInit | null, init: ResponseInit = {}): typeof fetch =>
  async () =>
    new Response(body, init);
const answeringJson = (body: unknown, init: ResponseInit = {}) => answering(JSON.stringify(body), init);

describe("fetchJson", () => {
  it("returns the body and the request ID", async () => {
    const fetchFn = answeringJson({ a: 1 }, { headers: { "x-request-id": "r-2" } });
    expect(await fetchJson(url, {}, fetchFn)).toEqual({ body: { a: 1 }, requestId: "r-2" });
  });

  it("throws a problem document with all of its members", async () => {
    const fetchFn = answeringJson({ ...problem, acsCode: "X" }, { status: 503, headers: { "retry-after": "12" } });
    const error = await fetchJson(url, {}, fetchFn).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ problem: "upstream-busy", requestId: "r-1", acsCode: "X", retryAfterSeconds: 12 });
  });

  it("throws a NetworkError if no response arrives", async () => {
    const fetchFn: typeof fetch = () => Promise.reject(new TypeError("failed"));
    await expect(fetchJson(url, {}, fetchFn)).rejects.toBeInstanceOf(NetworkError);
  });

  it("throws a NetworkError if the response breaks off", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("reset")) });
    await expect(fetchJson(url, {}, answering(broken))).rejects.toBeInstanceOf(NetworkError);
  });

  it.each([
    ["an HTML page of a proxy", answering("<html>", { status: 502 })],
    ["an error that is not a problem document", answeringJson({ error: "no" }, { status: 500 })],
    ["a success that is not JSON", answering("<html>", { status: 200 })],
  ])("reports %s as an unexpected response", async (_, fetchFn) => {
    await expect(fetchJson(url, {}, fetchFn)).rejects.toBeInstanceOf(UnexpectedResponseError);
  });

  it("throws the reason of the signal if it was aborted", async () => {
    const reason = new Error("stop");
    const fetchFn: typeof fetch = async (_, init) => {
      init?.signal?.throwIfAborted();
      return new Response("{}");
    };
    await expect(fetchJson(url, { signal: AbortSignal.abort(reason) }, fetchFn)).rejects.toBe(reason);
  });

  it("keeps secrets out of the browser's cache and sends no cookies", async () => {
    let sent: RequestInit | undefined;
    await fetchJson(url, {}, async (_, init) => {
      sent = init;
      return new Response("{}");
    });
    expect(sent).toMatchObject({ cache: "no-store", credentials: "omit", redirect: "error" });
  });
});

describe("exchangeTeamsToken", () => {
  const tokens = { callerToken: "caller", teamsToken: "teams" };
  const expiresOn = "2030-01-01T00:00:00.000Z";

  it("sends the caller token in the header, the Teams token in the body, and returns the server's expiry", async () => {
    let sent: { url: string; init: RequestInit | undefined } | undefined;
    const fetchFn: typeof fetch = async (target, init) => {
      sent = { url: String(target), init };
      return new Response(JSON.stringify({ token: "acs", expiresOn }), { headers: { "x-request-id": "r-3" } });
    };
    expect(await exchangeTeamsToken("https://server.example", tokens, { fetch: fetchFn })).toEqual({
      token: "acs",
      expiresOnTimestamp: Date.parse(expiresOn),
      requestId: "r-3",
    });
    expect(sent?.url).toBe("https://server.example/api/token/teams");
    expect(sent?.init).toMatchObject({ method: "POST", body: '{"teamsUserToken":"teams"}' });
    expect(new Headers(sent?.init?.headers).get("authorization")).toBe("Bearer caller");
  });

  it.each([
    ["https://server.example/calls", "https://server.example/calls"],
    ["https://server.example/calls/", "https://server.example/calls"],
    ["https://server.example/", "https://server.example"],
  ])("asks below the path of the endpoint %s", async (endpoint, base) => {
    const asked: string[] = [];
    const fetchFn: typeof fetch = async (url) => {
      asked.push(String(url));
      return new Response(JSON.stringify({ token: "acs", expiresOn, ...config }));
    };
    await exchangeTeamsToken(endpoint, tokens, { fetch: fetchFn });
    await fetchClientConfig(endpoint, fetchFn);
    expect(asked).toEqual([`${base}/api/token/teams`, `${base}/api/config`]);
  });

  it("sends the caller token only in the header of the option callerTokenHeader", async () => {
    let headers = new Headers();
    const fetchFn: typeof fetch = async (_url, init) => {
      headers = new Headers(init?.headers);
      return new Response(JSON.stringify({ token: "acs", expiresOn }));
    };
    const callerTokenHeader = "x-caller-authorization";
    await exchangeTeamsToken("https://server.example", tokens, { fetch: fetchFn, callerTokenHeader });
    expect([headers.get(callerTokenHeader), headers.get("authorization")]).toEqual(["Bearer caller", null]);
  });

  it.each([
    [{}],
    [null],
    [[]],
    [{ token: "", expiresOn }],
    [{ token: 5, expiresOn }],
    [{ token: "t", expiresOn: "soon" }],
  ])("rejects the response %j, because the ACS credential would accept it", async (body) => {
    await expect(
      exchangeTeamsToken("https://server.example", tokens, { fetch: answeringJson(body) }),
    ).rejects.toBeInstanceOf(UnexpectedResponseError);
  });
});

describe("challengedClaims", () => {
  const claims = '{"access_token":{"acrs":{"essential":true,"value":"c1"}}}';
  const header = (value: string) =>
    `Bearer realm="", authorization_uri="https://login.example/authorize", error="insufficient_claims", claims="${value}"`;

  it("decodes the claims", () => {
    expect(challengedClaims(header(btoa(claims)))).toBe(claims);
  });

  it.each([
    ["no header", null],
    ["another error", 'Bearer error="invalid_token", claims="e30="'],
    ["no claims", 'Bearer error="insufficient_claims"'],
    ["claims that are not base64", header("%")],
    ["claims that are not JSON", header(btoa("no"))],
    ["claims that are not an object", header(btoa("5"))],
  ])("finds no claims with %s", (_, value) => {
    expect(challengedClaims(value)).toBeUndefined();
  });
});

describe("fetchClientConfig", () => {
  it("gets the configuration from the server", async () => {
    const asked: string[] = [];
    const fetchFn: typeof fetch = async (url) => {
      asked.push(String(url));
      return new Response(JSON.stringify(config));
    };
    expect(await fetchClientConfig("https://server.example", fetchFn)).toEqual(config);
    expect(asked).toEqual(["https://server.example/api/config"]);
  });

  it.each([
    null,
    5,
    [],
    {},
    { ...config, apiScopes: "one" },
    { ...config, authorityMetadata: 5 },
    { ...config, clientId: 1 },
    { ...config, callingService: { kind: "other" } },
    { ...config, callingService: { kind: "emulator" } },
    { ...config, graphEndpoint: 1 },
  ])("rejects %j as a configuration", (body) => {
    expect(() => parseClientConfig(body)).toThrow(UnexpectedResponseError);
  });
});

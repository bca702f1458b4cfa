import { describe, expect, it } from "vitest";
import { exchangeTeamsToken } from "./exchange-teams-token.ts";
import { fetchJson, NetworkError, UnexpectedResponseError } from "./fetch-json.ts";
import { challengedClaims, ProblemError } from "./problem.ts";

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
  it("returns body and request id", async () => {
    const fetchFn = answeringJson({ a: 1 }, { headers: { "x-request-id": "r-2" } });
    expect(await fetchJson(url, {}, fetchFn)).toEqual({ body: { a: 1 }, requestId: "r-2" });
  });

  it("throws a problem document with all that it says", async () => {
    const fetchFn = answeringJson({ ...problem, acsCode: "X" }, { status: 503, headers: { "retry-after": "12" } });
    const error = await fetchJson(url, {}, fetchFn).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ problem: "upstream-busy", requestId: "r-1", acsCode: "X", retryAfterSeconds: 12 });
  });

  it("says that nobody answered", async () => {
    const fetchFn: typeof fetch = () => Promise.reject(new TypeError("failed"));
    await expect(fetchJson(url, {}, fetchFn)).rejects.toBeInstanceOf(NetworkError);
  });

  it("says that nobody answered when the answer breaks off", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("reset")) });
    await expect(fetchJson(url, {}, answering(broken))).rejects.toBeInstanceOf(NetworkError);
  });

  it.each([
    ["a page of a proxy", answering("<html>", { status: 502 })],
    ["an error that is no problem document", answeringJson({ error: "no" }, { status: 500 })],
    ["a success that is no JSON", answering("<html>", { status: 200 })],
  ])("does not take %s for an answer of the server", async (_, fetchFn) => {
    await expect(fetchJson(url, {}, fetchFn)).rejects.toBeInstanceOf(UnexpectedResponseError);
  });

  it("throws the signal's reason when it was aborted", async () => {
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

  it("sends each token in its place and returns the server's expiry", async () => {
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
    [{}],
    [null],
    [[]],
    [{ token: "", expiresOn }],
    [{ token: 5, expiresOn }],
    [{ token: "t", expiresOn: "soon" }],
  ])("refuses %j as an answer, because the ACS credential would take it", async (body) => {
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
    ["claims that are no base64", header("%")],
    ["claims that are no JSON", header(btoa("no"))],
    ["claims that are no object", header(btoa("5"))],
  ])("finds none with %s", (_, value) => {
    expect(challengedClaims(value)).toBeUndefined();
  });
});

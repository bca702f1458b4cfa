// Tests answers of ACS that public recordings of the real service show: status, body and content type are the same.
import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

/** A signed request, for bodies that no SDK sends. */
async function send(path: string, body: string | undefined, version = "2025-03-02-preview", method = "POST") {
  const target = `${path}?api-version=${version}`;
  const [, key = ""] = emulator.acsConnectionString.split("accesskey=");
  const date = new Date().toUTCString();
  const hash = createHash("sha256")
    .update(body ?? "")
    .digest("base64");
  const text = `${method}\n${target}\n${date};${new URL(emulator.origin).host};${hash}`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const response = await fetch(emulator.origin + target, {
    method,
    headers: {
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      "x-ms-date": date,
      "x-ms-content-sha256": hash,
      "content-type": "application/json",
    },
    ...(body === undefined ? {} : { body }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
}

const newIdentity = async () => ((await send("/identities", "{}")).body as { identity: { id: string } }).identity.id;

describe("an error", () => {
  const missingToken = { code: "ValidationError", message: "The body is either missing or doesn't contain any token." };
  it.each([undefined, "{}", '{"appId":"a","userId":"u"}', '{"token":null}', "not JSON"])(
    "of an exchange without a token (%s) names no target and no charset",
    async (body) => {
      const answer = await send("/teamsUser/:exchangeAccessToken", body);
      expect([answer.status, answer.body]).toEqual([400, { error: missingToken }]);
      expect(answer.headers.get("content-type")).toBe("application/json");
      expect(answer.headers.get("api-supported-versions")).toContain("2022-06-01");
    },
  );

  it("of issuing a token differs between missing and empty scopes", async () => {
    const path = `/identities/${encodeURIComponent(await newIdentity())}/:issueAccessToken`;
    const code = "ValidationError";
    const missing = { code, message: "Scopes: The Scopes field is required.", target: "Scopes" };
    const empty = { code, message: "Invalid scopes - Scopes field is required.", target: "scopes" };
    for (const body of ["{}", '{"scopes":null}', undefined]) {
      const answer = await send(path, body);
      expect([answer.status, answer.body]).toEqual([400, { error: missing }]);
    }
    const answer = await send(path, '{"scopes":[]}');
    expect([answer.status, answer.body]).toEqual([400, { error: empty }]);
    expect(answer.headers.get("content-type")).toBe("application/json");
  });

  it("before the version is read has no list of versions", async () => {
    const response = await fetch(`${emulator.origin}/identities?api-version=2023-10-01`, { method: "POST" });
    expect(await response.json()).toEqual({
      error: { code: "Denied", message: "Denied by the resource provider." },
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([401, "application/json"]);
    expect(response.headers.get("api-supported-versions")).toBeNull();
  });

  it.each(["voip", { voip: true }, 1])("refuses createTokenWithScopes as %j and creates nothing", async (value) => {
    const { status, body, headers } = await send("/identities", JSON.stringify({ createTokenWithScopes: value }));
    expect([status, headers.get("x-emulator-invented")]).toEqual([400, "true"]);
    expect(body["error"]).toMatchObject({ code: "ValidationError", target: "createTokenWithScopes" });
    expect((await emulator.exportState()).state["identities"]).toEqual([]);
  });
});

describe("a new identity with a custom id", () => {
  it("shows the id and, with a token, the time of the token; a result names its charset", async () => {
    emulator.clock.freeze(new Date("2025-04-14T15:32:27.207Z"));
    const plain = await send("/identities", '{"customId":"alice"}');
    expect(plain.body).toEqual({ identity: { customId: "alice", id: expect.stringMatching(/^8:acs:/) } });
    expect([plain.status, plain.headers.get("content-type")]).toEqual([201, "application/json; charset=utf-8"]);
    const { identity } = plain.body as { identity: { id: string } };
    const shown = { customId: "alice", lastTokenIssuedAt: "2025-04-14T15:32:27+00:00", id: identity.id };
    const withToken = await send("/identities", '{"customId":"alice","createTokenWithScopes":["chat"]}');
    expect(withToken.body).toEqual({ identity: shown, accessToken: expect.any(Object) });
    const path = `/identities/${encodeURIComponent(identity.id)}`;
    expect((await send(path, undefined, "2025-03-02-preview", "GET")).body).toEqual(shown);
    const older = await send("/identities", '{"customId":"alice"}', "2023-10-01");
    expect(Object.keys(older.body["identity"] as object)).toEqual(["id"]);
  });
});

// Tests that SUPPORT.md matches the code. After a change, `vitest -u` updates it.
import { createHash, createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apiVersions } from "../src/acs/acs-operation.ts";
import { acsOperations, operations } from "../src/all-operations.ts";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { supportDocument } from "./support-document.ts";
import { support } from "./support-table.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

it("matches SUPPORT.md", async () => {
  await expect(supportDocument()).toMatchFileSnapshot("../SUPPORT.md");
});

it("lists every operation once", () => {
  const named = Object.values(support).flatMap((rows) => rows.flatMap((row) => row.operations));
  expect(named.toSorted()).toEqual([...new Set(operations.map(({ name }) => name))].toSorted());
});

/** A request signed by hand, for versions that no SDK sends. */
async function signedFetch(method: string, target: string, body = ""): Promise<Response> {
  const [, key = ""] = emulator.acsConnectionString.split("accesskey=");
  const date = new Date().toUTCString();
  const hash = createHash("sha256").update(body).digest("base64");
  const { host } = new URL(emulator.origin);
  const text = `${method}\n${target}\n${date};${host};${hash}`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const authorization = `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`;
  return fetch(emulator.origin + target, {
    method,
    headers: { authorization, "x-ms-date": date, "x-ms-content-sha256": hash, "content-type": "application/json" },
    ...(body ? { body } : {}),
  });
}

const newIdentity = async () => {
  const response = await signedFetch("POST", "/identities?api-version=2023-10-01", "{}");
  return ((await response.json()) as { identity: { id: string } }).identity.id;
};

/** A valid call of each operation, and its success statuses. */
const calls: Record<string, () => Promise<{ path: string; body?: string; bearer?: string; success: number[] }>> = {
  CommunicationIdentity_Create: async () => ({ path: "/identities", body: "{}", success: [201] }),
  CommunicationIdentity_Get: async () => ({
    path: `/identities/${encodeURIComponent(await newIdentity())}`,
    success: [200],
  }),
  CommunicationIdentity_Delete: async () => ({
    path: `/identities/${encodeURIComponent(await newIdentity())}`,
    success: [204],
  }),
  CommunicationIdentity_IssueAccessToken: async () => ({
    path: `/identities/${encodeURIComponent(await newIdentity())}/:issueAccessToken`,
    body: '{"scopes":["voip"]}',
    success: [200],
  }),
  CommunicationIdentity_RevokeAccessTokens: async () => ({
    path: `/identities/${encodeURIComponent(await newIdentity())}/:revokeAccessTokens`,
    success: [204],
  }),
  CommunicationIdentity_ExchangeTeamsUserAccessToken: async () => ({
    path: "/teamsUser/:exchangeAccessToken",
    body: JSON.stringify({
      token: await emulator.issueToken({ resource: "teams", user: "ada" }),
      appId: emulator.registration("spa").appId,
      userId: emulator.user("ada").oid,
    }),
    success: [200],
  }),
  TeamsExtension_ExchangeAccessToken: async () => {
    await signedFetch("PUT", `${assignment()}?api-version=2025-06-30`, '{"principalType":"user"}');
    const bearer = await emulator.issueToken({
      resource: "teams",
      user: "ada",
      scopes: ["TeamsExtension.ManageCalls"],
    });
    return { path: "/access/teamsExtension/:exchangeAccessToken", body: "{}", bearer, success: [200] };
  },
  TeamsExtensionAssignment_CreateOrUpdate: async () => ({
    path: assignment(),
    body: '{"principalType":"user"}',
    success: [200, 201],
  }),
  TeamsExtensionAssignment_Get: async () => {
    await signedFetch("PUT", `${assignment()}?api-version=2025-06-30`, '{"principalType":"user"}');
    return { path: assignment(), success: [200] };
  },
  TeamsExtensionAssignment_Delete: async () => ({ path: assignment(), success: [204] }),
  EntraIdentity_ExchangeAccessToken: async () => ({
    path: "/access/entra/:exchangeAccessToken",
    body: "{}",
    success: [200],
    bearer: await emulator.issueToken({ resource: "acs-clients", user: "ada" }),
  }),
};

const assignment = () =>
  `/access/teamsExtension/tenants/${emulator.user("ada").tenantId}/assignments/${emulator.user("ada").oid}`;

async function call(name: string, method: string, version: string): Promise<{ response: Response; success: number[] }> {
  const { path, body, bearer, success } = (await calls[name]?.()) ?? { path: "/", success: [] };
  const target = `${path}?api-version=${version}`;
  if (bearer === undefined) return { response: await signedFetch(method, target, body), success };
  const headers = { authorization: `Bearer ${bearer}`, "content-type": "application/json" };
  return { response: await fetch(emulator.origin + target, { method, headers, ...(body ? { body } : {}) }), success };
}

describe.each(acsOperations.map((operation) => ({ ...operation })))("$name", ({ name, method, versions = [] }) => {
  it.each([...apiVersions, "2019-01-01"])("answers api-version %s as documented", async (version) => {
    const { response, success } = await call(name, method, version);
    expect(response.headers.get("api-supported-versions")).toBe(versions.join(", "));
    if (versions.includes(version)) {
      expect(success).toContain(response.status);
      return;
    }
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe("UnsupportedApiVersion");
    expect(error.message).toMatch(
      /^The HTTP resource that matches the request URI '.*' does not support the API version '/,
    );
  });
});

it("answers unsupported addresses with a clear error", async () => {
  const response = await fetch(`${emulator.origin}/rooms?api-version=2023-10-01`);
  expect(response.status).toBe(404);
  expect(response.headers.get("x-emulator-invented")).toBe("true");
  expect(emulator.requests.at(-1)).toMatchObject({ operation: "unsupported", path: "/rooms" });
});

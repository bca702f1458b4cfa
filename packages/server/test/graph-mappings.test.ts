// Mappings in Microsoft Graph: the response if Entra ID or Graph refuses, and how the API authenticates.
import { createHash, X509Certificate } from "node:crypto";
import type { Emulator } from "@teams-token-exchange/emulator";
import { decodeJwt, jwtVerify } from "jose";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { createOnBehalfOf } from "../src/plugins/acs-users/mappings/on-behalf-of.ts";
import type { ApiCredential } from "../src/settings/acs-users-settings.ts";
import { certificateWithKey } from "../src/settings/setting-formats.ts";
import { consentToGraph, graphSettings } from "./support/mappings.ts";
import {
  answerOf,
  exchange,
  freshEmulator,
  issue,
  issueBoth,
  logLines,
  startServer,
  type TestServer,
} from "./support/world.ts";

/** A mapping, and far more than one needs. */
const oversize = { acsUserIdentity: "8:acs:resource_user", padding: "x".repeat(100_000) };

const scopes = ["https://graph.microsoft.com/User.ReadWrite"];

async function startWithGraph(settings: Record<string, string> = {}): Promise<TestServer> {
  const emulator = await freshEmulator();
  await consentToGraph(emulator);
  return startServer({ ...graphSettings(emulator), ...settings }, {}, emulator);
}

async function postUser({ url }: TestServer, callerToken: string) {
  const headers = { authorization: `Bearer ${callerToken}` };
  return answerOf(await fetch(`${url}/api/user`, { method: "POST", headers }));
}

describe("on-behalf-of", () => {
  it("without consent is 403 consent-required with the scopes", async () => {
    const emulator = await freshEmulator();
    const server = await startServer(graphSettings(emulator), {}, emulator);
    const answer = await postUser(server, await issue(server, "api"));
    expect(answer).toMatchObject({ status: 403, problem: "consent-required", body: { scopes } });
    expect(answer.headers.get("www-authenticate")).toContain(`error="consent_required", scope="${scopes[0]}"`);
  });

  it("that asks for more is 401 insufficient-claims with the claims, for clients that understand", async () => {
    const server = await startWithGraph();
    const { appId } = server.emulator.registration("graph");
    server.emulator.tenant("northwharf").mfaRequiredFor = [appId];
    const answer = await postUser(server, await issue(server, "api", { claims: { xms_cc: ["cp1"] } }));
    expect(answer).toMatchObject({ status: 401, problem: "insufficient-claims" });
    const challenge = answer.headers.get("www-authenticate") ?? "";
    expect(challenge).toMatch(
      /^Bearer realm="", authorization_uri="[^"]+\/oauth2\/v2\.0\/authorize", error="insufficient_claims"/,
    );
    const claims = Buffer.from(/claims="([^"]+)"/.exec(challenge)?.[1] ?? "", "base64").toString();
    expect(JSON.parse(claims)).toHaveProperty("access_token");
    const plain = await postUser(server, await issue(server, "api"));
    expect(plain).toMatchObject({ status: 403, problem: "claims-challenge-not-understood" });
    expect(plain.headers.get("www-authenticate")).toBeNull();
  });

  it("with a secret that Entra ID does not take is 500, and the log has its code and correlation id", async () => {
    const server = await startWithGraph({ ENTRA_API_CLIENT_SECRET: "was-rotated" });
    const answer = await postUser(server, await issue(server, "api"));
    expect(answer).toMatchObject({ status: 500, problem: "server-misconfigured" });
    expect(JSON.stringify(answer.body)).not.toMatch(/AADSTS|rotated/);
    const { requestId } = answer.body as { requestId: string };
    const decision = logLines.map((line) => JSON.parse(line)).find((line) => line.reqId === requestId && line.decision);
    expect(decision).toMatchObject({ entraCode: "AADSTS7000215", correlationId: expect.stringMatching(/^[\w-]{36}$/) });
    expect(logLines.join("")).not.toContain("was-rotated");
  });

  it("that fails for no reason of ours is 502", async () => {
    const server = await startWithGraph();
    server.emulator.addFault({ operation: "token", fault: { kind: "status", status: 503 } });
    const answer = await postUser(server, await issue(server, "api"));
    expect(answer).toMatchObject({ status: 502, problem: "on-behalf-of-failed" });
  });
});

describe("Microsoft Graph", () => {
  it.each([
    ["throttles", { kind: "status", status: 429, headers: { "retry-after": "9" } }, "9"],
    ["fails", { kind: "status", status: 500 }, "5"],
    ["returns an unexpected response", { kind: "status", status: 200, body: "<html>" }, "5"],
    ["answers without end", { kind: "status", status: 200, body: { json: oversize } }, "5"],
    ["hangs", { kind: "hang" }, "5"],
  ] as const)("%s: 503, and exchanges still work", async (_what, fault, retryAfter) => {
    const emulator = await freshEmulator();
    await consentToGraph(emulator);
    const server = await startServer(graphSettings(emulator), { exchangeDeadlineMs: 1_500 }, emulator);
    emulator.addFault({ operation: "OpenExtension_Get", fault });
    const { callerToken, teamsToken } = await issueBoth(server);
    const answer = await postUser(server, callerToken);
    expect(answer).toMatchObject({ status: 503, problem: "mapping-store-unavailable" });
    expect(answer.headers.get("retry-after")).toBe(retryAfter);
    expect((await exchange(server, callerToken, teamsToken)).status).toBe(200);
  });
});

describe("the API proves who it is", () => {
  /** Trades ada's token for one of Graph, and keeps what was sent and asked on the way. */
  async function tradeBy(credential: (emulator: Emulator) => ApiCredential | Promise<ApiCredential>) {
    const emulator = await freshEmulator();
    await consentToGraph(emulator);
    const asked: URL[] = [];
    const sent: URLSearchParams[] = [];
    const onBehalfOf = createOnBehalfOf({
      authority: emulator.origin,
      apiClientId: emulator.registration("api").appId,
      credential: await credential(emulator),
      fetch: (input, init) => {
        asked.push(new URL(String(input)));
        if (init?.method === "POST") sent.push(new URLSearchParams(String(init.body)));
        return fetch(input, init);
      },
    });
    const callerToken = await emulator.issueToken({ resource: "api", user: "ada" });
    const answer = await onBehalfOf(callerToken, scopes, emulator.tenant("northwharf").id);
    expect(answer).toEqual({ ok: true, value: expect.stringMatching(/^ey/) });
    const { appId } = emulator.registration("api");
    // "2": by an assertion, not by the secret that the registration has as well.
    const proved = { appid: appId, appidacr: "2", oid: emulator.user("ada").oid, scp: "User.ReadWrite" };
    expect(decodeJwt(answer.ok ? answer.value : "")).toMatchObject(proved);
    expect(sent).toHaveLength(1);
    expect(sent[0]?.get("client_secret")).toBeNull();
    return { appId, asked, assertion: sent[0]?.get("client_assertion") ?? "" };
  }

  it.each([
    ["", (pem: string) => pem],
    [" in one line, as secret stores keep it", (pem: string) => pem.trim().replaceAll("\n", "\\n")],
  ])("by a certificate%s: signs with its key and names it by its SHA-256", async (_what, written) => {
    let pem = "";
    const { appId, assertion } = await tradeBy(async (emulator) => {
      const { certificate, privateKey } = await emulator.addCertificate("api");
      pem = `${certificate}\n${privateKey}`;
      return { kind: "certificate", pem: certificateWithKey.parse(written(pem)) };
    });
    const certificate = new X509Certificate(pem);
    const { protectedHeader, payload } = await jwtVerify(assertion, certificate.publicKey, { clockTolerance: 5 });
    expect(protectedHeader["x5t#S256"]).toBe(createHash("sha256").update(certificate.raw).digest("base64url"));
    expect(payload).toMatchObject({ iss: appId, sub: appId });
  });

  it("by a managed identity: shows the token that the platform gives it", async () => {
    let identityClientId = "";
    const { asked, assertion } = await tradeBy((emulator) => {
      vi.stubEnv("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.origin);
      onTestFinished(() => void vi.unstubAllEnvs());
      identityClientId = emulator.registration("identity").appId;
      return { kind: "managed-identity", clientId: identityClientId };
    });
    const question = asked.find(({ pathname }) => pathname.startsWith("/metadata/identity"));
    expect(question?.searchParams.get("client_id")).toBe(identityClientId);
    expect(question?.searchParams.get("resource")).toContain("api://AzureADTokenExchange");
    const { oid, sub, ...claims } = decodeJwt(assertion);
    // A managed identity is named by its client ID. Its subject is the object ID of its service principal.
    expect(claims["appid"] ?? claims["azp"]).toBe(identityClientId);
    expect(sub).toBe(oid);
  });
});

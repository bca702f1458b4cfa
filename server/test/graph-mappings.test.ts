// Mappings in Microsoft Graph: what the caller is told when Entra ID or Graph says no, and how the API proves who it is.
import { createHash, X509Certificate } from "node:crypto";
import { jwtVerify } from "jose";
import { generate } from "selfsigned";
import { describe, expect, it } from "vitest";
import { createOnBehalfOf } from "../src/entra/on-behalf-of.ts";
import {
  answerOf,
  exchange,
  freshEmulator,
  issue,
  issueBoth,
  logLines,
  startServer,
  type TestServer,
} from "./support.ts";
import { consentToGraph, graphSettings } from "./support-mappings.ts";

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
    ["answers nonsense", { kind: "status", status: 200, body: "<html>" }, "5"],
    ["answers without end", { kind: "status", status: 200, body: { json: oversize } }, "5"],
    ["hangs", { kind: "hang" }, "5"],
  ] as const)("%s: 503, and exchanges go on", async (_what, fault, retryAfter) => {
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
  const emulated = async () => {
    const emulator = await freshEmulator();
    const entra = {
      authority: emulator.origin,
      tenantId: emulator.tenant("northwharf").id,
      apiClientId: emulator.registration("api").appId,
    };
    const callerToken = await emulator.issueToken({ resource: "api", user: "ada" });
    return { emulator, entra, callerToken };
  };
  const granted = Response.json.bind(Response);
  const tokens = { token_type: "Bearer", expires_in: 3_600, access_token: "graph-token", scope: scopes[0] };

  it("by a certificate: signs with its key and names it by its SHA-256", async () => {
    const { entra, callerToken } = await emulated();
    const { cert, private: key } = await generate([{ name: "commonName", value: "api" }], {
      keySize: 2048,
      algorithm: "sha256",
    });
    const sent: URLSearchParams[] = [];
    const onBehalfOf = createOnBehalfOf({
      ...entra,
      credential: { kind: "certificate", pem: `${cert}\n${key}` },
      fetch: async (input, init) => {
        if (!new URL(String(input)).pathname.endsWith("/token")) return fetch(input, init);
        sent.push(new URLSearchParams(String(init?.body)));
        return granted(tokens);
      },
    });
    expect(await onBehalfOf(callerToken, scopes)).toEqual({ ok: true, value: "graph-token" });
    const certificate = new X509Certificate(cert);
    const assertion = sent[0]?.get("client_assertion") ?? "";
    const { protectedHeader, payload } = await jwtVerify(assertion, certificate.publicKey, { clockTolerance: 5 });
    expect(protectedHeader["x5t#S256"]).toBe(createHash("sha256").update(certificate.raw).digest("base64url"));
    expect(payload).toMatchObject({ iss: entra.apiClientId, sub: entra.apiClientId });
    expect(sent[0]?.get("client_secret")).toBeNull();
  });

  it("by a managed identity: shows the token that the platform gives it", async () => {
    const { entra, callerToken } = await emulated();
    const identityClientId = "66666666-6666-4666-8666-666666666666";
    const asked: URL[] = [];
    const sent: URLSearchParams[] = [];
    const onBehalfOf = createOnBehalfOf({
      ...entra,
      credential: { kind: "managed-identity", clientId: identityClientId },
      fetch: async (input, init) => {
        const url = new URL(String(input));
        if (url.pathname.startsWith("/metadata/identity")) {
          asked.push(url);
          return granted({
            access_token: "federated",
            expires_in: "3600",
            expires_on: String(Date.now() / 1000 + 3_600),
            token_type: "Bearer",
          });
        }
        if (!url.pathname.endsWith("/token")) return fetch(input, init);
        sent.push(new URLSearchParams(String(init?.body)));
        return granted(tokens);
      },
    });
    expect(await onBehalfOf(callerToken, scopes)).toEqual({ ok: true, value: "graph-token" });
    expect(asked[0]?.searchParams.get("client_id")).toBe(identityClientId);
    expect(asked[0]?.searchParams.get("resource")).toContain("api://AzureADTokenExchange");
    expect(sent[0]?.get("client_assertion")).toBe("federated");
  });
});

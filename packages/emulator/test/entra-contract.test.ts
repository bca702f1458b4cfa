// What Entra and the emulator have in common, tested with @azure/identity, @azure/msal-node and jose: discovery, tokens
// of an application and on behalf of a user, and common errors.
import { X509Certificate } from "node:crypto";
import { ClientCertificateCredential, ClientSecretCredential, OnBehalfOfCredential } from "@azure/identity";
import { ConfidentialClientApplication } from "@azure/msal-node";
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type EntraClient, entraTargets, unless } from "./entra-target.ts";

const graph = "https://graph.microsoft.com/.default";
const nobody = "11111111-2222-4333-8444-555555555555";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
});
afterAll(() => emulator.close());

for (const target of entraTargets) {
  const { lacks } = target;
  describe.skipIf(lacks.all.length > 0)(unless(lacks.all, target.name), () => {
    let client: EntraClient;
    beforeAll(async () => {
      client = await target.client(emulator);
    });

    const bySecret = (changes: Partial<Pick<EntraClient, "clientId" | "clientSecret">> = {}) => {
      const { tenantId, clientId, clientSecret, options } = { ...client, ...changes };
      return new ClientSecretCredential(tenantId, clientId, clientSecret, options);
    };
    const byCertificate = (certificate: string) =>
      new ClientCertificateCredential(client.tenantId, client.clientId, { certificate }, client.options);

    it("discovery has its issuer, endpoints and capabilities", async () => {
      const response = await fetch(`${client.issuer}/.well-known/openid-configuration`);
      const metadata = (await response.json()) as Record<string, unknown>;
      const base = client.issuer.replace(/\/v2\.0$/, "");
      expect(metadata).toMatchObject({
        issuer: client.issuer,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
        id_token_signing_alg_values_supported: ["RS256"],
      });
      const methods = ["client_secret_post", "client_secret_basic", "private_key_jwt"];
      expect(metadata["token_endpoint_auth_methods_supported"]).toEqual(expect.arrayContaining(methods));
    });

    it("discovery refuses an unknown tenant", async () => {
      const address = `${client.issuer.replace(client.tenantId, nobody)}/.well-known/openid-configuration`;
      const response = await fetch(address);
      expect(response.status).toBe(400);
      const refusal = { error: "invalid_tenant", error_description: expect.stringContaining("AADSTS90002: Tenant") };
      expect(await response.json()).toMatchObject(refusal);
    });

    it("an application gets a token with its secret, through @azure/identity", async () => {
      const { token, expiresOnTimestamp } = await bySecret().getToken(graph);
      const claims = decodeJwt(token);
      expect(claims).toMatchObject({
        aud: "https://graph.microsoft.com",
        idtyp: "app",
        ver: "1.0",
        appid: client.clientId,
        appidacr: "1",
        tid: client.tenantId,
        roles: expect.any(Array),
      });
      expect(claims).not.toHaveProperty("scp");
      expect(Math.abs((claims.exp ?? 0) * 1000 - expiresOnTimestamp)).toBeLessThan(60_000);
    });

    it("an application gets a token through @azure/msal-node, which caches it", async () => {
      const { clientId, clientSecret, authority } = client;
      const application = new ConfidentialClientApplication({ auth: { clientId, clientSecret, ...authority } });
      const first = await application.acquireTokenByClientCredential({ scopes: [graph] });
      expect(first).toMatchObject({ fromCache: false, tokenType: "Bearer" });
      const again = await application.acquireTokenByClientCredential({ scopes: [graph] });
      expect(again?.fromCache).toBe(true);
    });

    it("a token for the API is signed with a published key", async () => {
      const { token } = await bySecret().getToken(`${client.clientId}/.default`);
      const keys = createRemoteJWKSet(new URL(`${client.issuer.replace(/\/v2\.0$/, "")}/discovery/v2.0/keys`));
      const { payload } = await jwtVerify(token, keys, { algorithms: ["RS256"] });
      expect(payload["tid"]).toBe(client.tenantId);
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: "RS256", typ: "JWT", kid: expect.any(String) });
    });

    it.each<[string, string, () => Promise<unknown>]>([
      ["a wrong secret", "AADSTS7000215", () => bySecret({ clientSecret: "wrong" }).getToken(graph)],
      ["an unknown client", "AADSTS700016", () => bySecret({ clientId: nobody }).getToken(graph)],
      ["an unknown resource", "AADSTS500011", () => bySecret().getToken(`api://${nobody}/.default`)],
      ["a single permission", "AADSTS1002012", () => bySecret().getToken("https://graph.microsoft.com/User.Read")],
      [
        "an unknown certificate",
        "AADSTS700027",
        async () => {
          const { certificate, privateKey } = await emulator.addCertificate("multi");
          return byCertificate(`${certificate}${privateKey}`).getToken(graph);
        },
      ],
    ])("refuses %s with %s", async (_name, code, call) => {
      await expect(call()).rejects.toThrow(code);
    });

    it.skipIf(lacks.certificate.length > 0)(unless(lacks.certificate, "takes a registered certificate"), async () => {
      const { token } = await byCertificate(client.certificate).getToken(graph);
      expect(decodeJwt(token)).toMatchObject({ appid: client.clientId, appidacr: "2" });
      const { clientId, certificate, authority } = client;
      const [privateKey = ""] = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(certificate) ?? [];
      const thumbprintSha256 = new X509Certificate(certificate).fingerprint256.replaceAll(":", "");
      const auth = { clientId, clientCertificate: { thumbprintSha256, privateKey }, ...authority };
      const answer = await new ConfidentialClientApplication({ auth }).acquireTokenByClientCredential({
        scopes: [graph],
      });
      expect(decodeJwt(answer?.accessToken ?? "")).toMatchObject({ appidacr: "2" });
    });

    describe.skipIf(lacks.user.length > 0)(unless(lacks.user, "on behalf of a user"), () => {
      const trade = async (userAssertionToken: string) => {
        const { tenantId, clientId, clientSecret, options } = client;
        const credential = new OnBehalfOfCredential({
          ...options,
          tenantId,
          clientId,
          clientSecret,
          userAssertionToken,
        });
        return decodeJwt((await credential.getToken("https://graph.microsoft.com/User.Read")).token);
      };

      it("the API gets a token for the same user", async () => {
        const { oid } = decodeJwt(client.userToken);
        const claims = await trade(client.userToken);
        expect(claims).toMatchObject({ oid, appid: client.clientId, aud: "https://graph.microsoft.com" });
        expect(String(claims["scp"]).split(" ")).toContain("User.Read");
      });

      it("the API gets a token through @azure/msal-node", async () => {
        const { clientId, clientSecret, authority, userToken } = client;
        const application = new ConfidentialClientApplication({ auth: { clientId, clientSecret, ...authority } });
        const scopes = ["https://graph.microsoft.com/User.Read"];
        const answer = await application.acquireTokenOnBehalfOf({ oboAssertion: userToken, scopes });
        expect(answer?.account?.localAccountId).toBe(decodeJwt(userToken)["oid"]);
      });

      it("refuses a token that was changed with AADSTS50013", async () => {
        const [header, , signature] = client.userToken.split(".");
        const claims = { ...decodeJwt(client.userToken), name: "Another User" };
        const changed = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
        await expect(trade(changed)).rejects.toThrow("AADSTS50013");
      });
    });
  });
}

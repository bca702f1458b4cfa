// What Microsoft Graph and the emulator have in common, tested with Graph's own client: reads for an application and
// for a user.
import { ClientSecretCredential, OnBehalfOfCredential } from "@azure/identity";
import { Client } from "@microsoft/microsoft-graph-client";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type EntraClient, entraTargets, unless } from "./entra-target.ts";

const nobody = "11111111-2222-4333-8444-555555555555";
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
});
afterAll(() => emulator.close());

for (const target of entraTargets) {
  const { lacks } = target;
  describe.skipIf(lacks.all.length > 0)(unless(lacks.all, target.name.replace("Entra ID", "Graph")), () => {
    let client: EntraClient;
    beforeAll(async () => {
      client = await target.client(emulator);
    });

    const graphWith = (accessToken: () => Promise<string>) =>
      Client.init({
        baseUrl: client.graph,
        customHosts: new Set(["localhost"]),
        authProvider: (done) => {
          accessToken().then(
            (token) => done(null, token),
            (error) => done(error, null),
          );
        },
      });

    const forApplication = () =>
      graphWith(async () => {
        const { tenantId, clientId, clientSecret, options } = client;
        const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, options);
        return (await credential.getToken("https://graph.microsoft.com/.default")).token;
      });

    const forUser = () =>
      graphWith(async () => {
        const { tenantId, clientId, clientSecret, options, userToken: userAssertionToken } = client;
        const credential = new OnBehalfOfCredential({
          ...options,
          tenantId,
          clientId,
          clientSecret,
          userAssertionToken,
        });
        return (await credential.getToken("https://graph.microsoft.com/User.Read")).token;
      });

    it("an application finds itself, with an object id that differs from its client id", async () => {
      const { value } = await forApplication().api("/applications").filter(`appId eq '${client.clientId}'`).get();
      expect(value).toHaveLength(1);
      expect(value[0]).toMatchObject({
        appId: client.clientId,
        displayName: expect.any(String),
        signInAudience: expect.stringContaining("AzureAD"),
        spa: { redirectUris: expect.any(Array) },
        identifierUris: expect.any(Array),
      });
      expect(value[0].id).not.toBe(client.clientId);
      const byId = await forApplication().api(`/applications/${value[0].id}`).get();
      expect(byId.appId).toBe(client.clientId);
    });

    it("finds the service principal of Graph", async () => {
      const graph = "00000003-0000-0000-c000-000000000000";
      const { value } = await forApplication().api("/servicePrincipals").filter(`appId eq '${graph}'`).get();
      expect(value).toMatchObject([{ appId: graph, displayName: "Microsoft Graph", id: expect.any(String) }]);
    });

    it("returns an empty list if nothing matches", async () => {
      const { value } = await forApplication().api("/applications").filter(`appId eq '${nobody}'`).get();
      expect(value).toEqual([]);
      await expect(forApplication().api(`/applications/${nobody}`).get()).rejects.toMatchObject({
        statusCode: 404,
        code: "Request_ResourceNotFound",
      });
    });

    it("refuses /me for an application with 400", async () => {
      await expect(forApplication().api("/me").get()).rejects.toMatchObject({
        statusCode: 400,
        code: "BadRequest",
        message: "/me request is only valid with delegated authentication flow.",
      });
    });

    it("refuses an invalid token with 401", async () => {
      await expect(
        graphWith(async () => "x.y.z")
          .api("/me")
          .get(),
      ).rejects.toMatchObject({
        statusCode: 401,
        code: "InvalidAuthenticationToken",
      });
    });

    describe.skipIf(lacks.user.length > 0)(unless(lacks.user, "for a user"), () => {
      it("/me returns the user, with only the granted permissions", async () => {
        const me = await forUser().api("/me").get();
        expect(me).toMatchObject({ id: decodeJwt(client.userToken)["oid"], userPrincipalName: expect.any(String) });
        const others = forUser().api("/applications").filter(`appId eq '${client.clientId}'`).get();
        await expect(others).rejects.toMatchObject({ statusCode: 403, code: "Authorization_RequestDenied" });
      });

      it("licences list their service plans", async () => {
        const { value } = await forUser().api("/me/licenseDetails").get();
        for (const { servicePlans } of value) {
          expect(servicePlans[0]).toMatchObject({
            servicePlanName: expect.any(String),
            provisioningStatus: expect.any(String),
          });
        }
      });
    });
  });
}

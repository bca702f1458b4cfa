// Tests Microsoft Graph with its own client: profile, licences, open extensions, and the setup of registrations and
// consent.
import { Client } from "@microsoft/microsoft-graph-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

let emulator: Emulator;
let baseUrl: string;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  // The client sends its token only to HTTPS addresses.
  baseUrl = `${trust(emulator)}/`;
});
afterAll(() => emulator.close());

const graph = (user: string, scopes: string[]) =>
  Client.init({
    baseUrl,
    customHosts: new Set(["localhost"]),
    authProvider: (done) => {
      emulator.issueToken({ resource: "graph", user, scopes }).then(
        (token) => done(null, token),
        (error) => done(error, null),
      );
    },
  });
const admin = () => graph("erin", ["Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All"]);

describe("/me", () => {
  it("returns the user and the service plans of a Teams user", async () => {
    const ada = emulator.user("ada");
    expect(await graph("ada", ["User.Read"]).api("/me").get()).toMatchObject({
      id: ada.oid,
      userPrincipalName: ada.upn,
    });
    const plans = async (user: string) => {
      const { value } = await graph(user, ["User.Read"]).api("/me/licenseDetails").get();
      return value[0].servicePlans.map(({ servicePlanName }: { servicePlanName: string }) => servicePlanName);
    };
    expect(await plans("ada")).toContain("TEAMS1");
    expect(await plans("chen")).not.toContain("TEAMS1");
  });

  it("refuses a missing permission with 403 and an invalid token with 401", async () => {
    await expect(graph("ada", []).api("/me").get()).rejects.toMatchObject({
      statusCode: 403,
      code: "Authorization_RequestDenied",
    });
    const anonymous = Client.init({
      baseUrl,
      customHosts: new Set(["localhost"]),
      authProvider: (done) => done(null, "x.y.z"),
    });
    await expect(anonymous.api("/me").get()).rejects.toMatchObject({
      statusCode: 401,
      code: "InvalidAuthenticationToken",
    });
  });

  it("allows two open extensions but not a third", async () => {
    const client = graph("bruno", ["User.ReadWrite"]);
    const create = (extensionName: string) =>
      client.api("/me/extensions").post({ extensionName, acsUserId: "8:acs:1" });
    await create("com.example.one");
    await create("com.example.two");
    await expect(create("com.example.three")).rejects.toMatchObject({ statusCode: 400 });
    await client.api("/me/extensions/com.example.one").patch({ acsUserId: "8:acs:2" });
    expect(await client.api("/me/extensions/com.example.one").get()).toMatchObject({ acsUserId: "8:acs:2" });
    await client.api("/me/extensions/com.example.two").delete();
    expect((await client.api("/me/extensions").get()).value).toHaveLength(1);
  });
});

describe("setting up a tenant", () => {
  it("registers an application, grants consent, and removes both", async () => {
    const resourceAppId = emulator.registration("teams").appId;
    const app = await admin()
      .api("/applications")
      .post({
        displayName: "Made by a script",
        spa: { redirectUris: ["http://localhost:4000/"] },
        requiredResourceAccess: [
          { resourceAppId, resourceAccess: [{ id: "de8ec1df-066a-4817-bc5d-9a985b986262", type: "Scope" }] },
        ],
      });
    expect(emulator.registration(app.appId)).toMatchObject({
      requiredPermissions: { [resourceAppId]: ["Teams.ManageCalls"] },
    });
    await admin().api(`/applications/${app.id}`).patch({ signInAudience: "AzureADMultipleOrgs" });
    const found = await admin().api("/applications").filter(`appId eq '${app.appId}'`).get();
    expect(found.value[0]).toMatchObject({
      signInAudience: "AzureADMultipleOrgs",
      spa: { redirectUris: ["http://localhost:4000/"] },
    });
    const { id: clientId } = await admin().api("/servicePrincipals").post({ appId: app.appId });
    const { value: resources } = await admin().api("/servicePrincipals").filter(`appId eq '${resourceAppId}'`).get();
    const grant = await admin()
      .api("/oauth2PermissionGrants")
      .post({ clientId, consentType: "AllPrincipals", resourceId: resources[0].id, scope: "Teams.ManageCalls" });
    const grants = (filter: string) => admin().api("/oauth2PermissionGrants").filter(filter).get();
    expect((await grants(`clientId eq '${clientId}'`)).value).toHaveLength(1);
    expect((await grants(`resourceId eq '${resources[0].id}'`)).value).toContainEqual(grant);
    await admin().api(`/oauth2PermissionGrants/${grant.id}`).delete();
    await admin().api(`/applications/${app.id}`).delete();
    expect((await admin().api("/applications").filter(`appId eq '${app.appId}'`).get()).value).toEqual([]);
  });

  it("adds the service principal that AADSTS650052 asks for", async () => {
    const { appId } = emulator.registration("teams");
    Object.assign(emulator.tenant("northwharf"), { missingServicePrincipals: [appId] });
    const list = () => admin().api("/servicePrincipals").filter(`appId eq '${appId}'`).get();
    expect((await list()).value).toEqual([]);
    await admin().api("/servicePrincipals").post({ appId });
    expect((await list()).value).toHaveLength(1);
    await expect(admin().api("/servicePrincipals").post({ appId })).rejects.toMatchObject({ statusCode: 409 });
  });

  it("finds applications and service principals by tag until they are removed", async () => {
    const { id, appId } = await admin()
      .api("/applications")
      .post({ displayName: "Tagged", tags: ["made-by-a-script"] });
    const tagged = () => admin().api("/applications").filter("tags/any(t:t eq 'made-by-a-script')").get();
    expect((await tagged()).value).toMatchObject([{ id, appId }]);
    expect(id).not.toBe(appId);
    const principal = await admin()
      .api("/servicePrincipals")
      .post({ appId, tags: ["mine"] });
    expect(principal).toMatchObject({ appId, tags: ["mine"] });
    await admin().api(`/servicePrincipals/${principal.id}`).delete();
    await expect(admin().api(`/servicePrincipals/${principal.id}`).delete()).rejects.toMatchObject({ statusCode: 404 });
    await admin().api(`/applications/${id}`).delete();
    expect((await tagged()).value).toEqual([]);
  });

  it("gives the scope of an API without consent only to a pre-authorised client", async () => {
    const scopeId = "0c09e000-0000-4000-8000-00000000000a";
    const { appId } = emulator.registration("desktop");
    const api = await admin()
      .api("/applications")
      .post({
        displayName: "API made by a script",
        api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ id: scopeId, value: "do", type: "User" }] },
        optionalClaims: { accessToken: [{ name: "xms_cc" }] },
      });
    await admin().api("/servicePrincipals").post({ appId: api.appId });
    await admin()
      .api(`/applications/${api.id}`)
      .patch({ identifierUris: [`api://${api.appId}`] });
    const ask = () =>
      fetch(`${emulator.origin}/${emulator.tenant("northwharf").id}/oauth2/v2.0/token`, {
        method: "POST",
        body: new URLSearchParams({
          grant_type: "password",
          client_id: appId,
          scope: `api://${api.appId}/do`,
          username: emulator.user("ada").upn,
          password: emulator.user("ada").password,
        }),
      });
    expect(await (await ask()).text()).toContain("AADSTS65001");
    await admin()
      .api(`/applications/${api.id}`)
      .patch({ api: { preAuthorizedApplications: [{ appId, delegatedPermissionIds: [scopeId] }] } });
    expect(await (await ask()).json()).toMatchObject({ scope: `api://${api.appId}/do` });
    expect(await admin().api(`/applications/${api.id}`).get()).toMatchObject({
      optionalClaims: { accessToken: [{ name: "xms_cc" }] },
      api: { requestedAccessTokenVersion: 2, oauth2PermissionScopes: [{ id: scopeId, isEnabled: true }] },
    });
  });

  it("returns a changed token lifetime as the tenant's default policy", async () => {
    const reader = graph("erin", ["Policy.Read.All"]);
    expect((await reader.api("/policies/tokenLifetimePolicies").get()).value).toEqual([]);
    const { accessTokenLifetime } = emulator.settings;
    emulator.settings.accessTokenLifetime = { min: 600, max: 600 };
    const { value } = await reader.api("/policies/tokenLifetimePolicies").get();
    expect(JSON.parse(value[0].definition[0])).toMatchObject({
      TokenLifetimePolicy: { AccessTokenLifetime: "00:10:00" },
    });
    emulator.settings.accessTokenLifetime = accessTokenLifetime;
  });
});

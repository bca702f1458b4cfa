// Microsoft Graph by its own client: profile, licences, open extensions, and what registration and consent need.
import { Client } from "@microsoft/microsoft-graph-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start.ts";
import { trust } from "./trust.ts";

let emulator: Emulator;
let baseUrl: string;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  // The client attaches its token to https addresses only.
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
  it("shows the user and the plans that make a Teams user", async () => {
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

  it("refuses without a permission (403) and without a sound token (401)", async () => {
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

  it("holds two open extensions and no third", async () => {
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
  it("registers an application, grants it consent and takes both back", async () => {
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
    const grant = await admin()
      .api("/oauth2PermissionGrants")
      .post({
        ...{ clientId: app.appId, consentType: "AllPrincipals", resourceId: resourceAppId, scope: "Teams.ManageCalls" },
      });
    expect(
      (await admin().api("/oauth2PermissionGrants").filter(`clientId eq '${app.appId}'`).get()).value,
    ).toHaveLength(1);
    await admin().api(`/oauth2PermissionGrants/${grant.id}`).delete();
    await admin().api(`/applications/${app.id}`).delete();
    expect((await admin().api("/applications").filter(`appId eq '${app.appId}'`).get()).value).toEqual([]);
  });

  it("adds the service principal whose lack is AADSTS650052", async () => {
    const { appId } = emulator.registration("teams");
    Object.assign(emulator.tenant("northwharf"), { missingServicePrincipals: [appId] });
    const list = () => admin().api("/servicePrincipals").filter(`appId eq '${appId}'`).get();
    expect((await list()).value).toEqual([]);
    await admin().api("/servicePrincipals").post({ appId });
    expect((await list()).value).toHaveLength(1);
    await expect(admin().api("/servicePrincipals").post({ appId })).rejects.toMatchObject({ statusCode: 409 });
  });
});

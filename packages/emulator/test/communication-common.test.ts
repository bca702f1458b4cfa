// Tests the three credentials of @azure/communication-common: static token, refresher, and Entra token without a
// server.
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

let emulator: Emulator;
let client: CommunicationIdentityClient;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  client = new CommunicationIdentityClient(emulator.acsConnectionString, { allowInsecureConnection: true });
});
afterAll(() => emulator.close());

const exchanged = async () =>
  client.getTokenForTeamsUser({
    teamsUserAadToken: await emulator.issueToken({ resource: "teams", user: "bruno" }),
    clientId: emulator.registration("spa").appId,
    userObjectId: emulator.user("bruno").oid,
  });

it("accepts the exchanged token as a static credential", async () => {
  const { token, expiresOn } = await exchanged();
  const credential = new AzureCommunicationTokenCredential(token);
  expect((await credential.getToken()).expiresOnTimestamp).toBe(expiresOn.getTime());
  credential.dispose();
});

it("refreshes with a new exchange", async () => {
  const credential = new AzureCommunicationTokenCredential({ tokenRefresher: async () => (await exchanged()).token });
  expect((await credential.getToken()).token).toMatch(/^ey/);
  credential.dispose();
});

/** The Entra token of a user, as a browser credential provides it. */
const tokenCredential = (resource: string, scopes: string[]) => ({
  getToken: async () => ({
    token: await emulator.issueToken({ resource, user: "ada", scopes }),
    expiresOnTimestamp: Date.now() + 3_600_000,
  }),
});

it("exchanges an Entra token for Teams Phone extensibility once the user is assigned", async () => {
  const ada = emulator.user("ada");
  const options = {
    resourceEndpoint: trust(emulator),
    tokenCredential: tokenCredential("teams", ["TeamsExtension.ManageCalls"]),
    scopes: ["https://auth.msft.communication.azure.com/TeamsExtension.ManageCalls"],
  };
  const refused = new AzureCommunicationTokenCredential(options);
  await expect(refused.getToken()).rejects.toThrow("403");
  const path = `/access/teamsExtension/tenants/${ada.tenantId}/assignments/${ada.oid}?api-version=2025-06-30`;
  const admin = await emulator.issueToken({
    resource: "acs-management",
    user: "erin",
    client: "web",
  });
  const headers = { authorization: `Bearer ${admin}`, "content-type": "application/json" };
  const body = JSON.stringify({ principalType: "user", clientIds: [emulator.registration("spa").appId] });
  expect((await fetch(emulator.origin + path, { method: "PUT", headers, body })).status).toBe(201);
  expect((await fetch(emulator.origin + path, { method: "PUT", headers, body })).status).toBe(200);
  const assigned = new AzureCommunicationTokenCredential(options);
  expect((await assigned.getToken()).token).toMatch(/^ey/);
  expect((await fetch(emulator.origin + path, { method: "DELETE", headers })).status).toBe(204);
  assigned.dispose();
});

it("exchanges an Entra token for an ACS user's token, also at an endpoint with a trailing slash", async () => {
  for (const resourceEndpoint of [trust(emulator), `${trust(emulator)}/`]) {
    const credential = new AzureCommunicationTokenCredential({
      resourceEndpoint,
      tokenCredential: tokenCredential("acs-clients", ["VoIP", "Chat"]),
    });
    expect((await credential.getToken()).token).toMatch(/^ey/);
    credential.dispose();
  }
});

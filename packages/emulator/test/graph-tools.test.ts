// Tests what tools do first in Graph, with Microsoft's Graph client: secrets, queries, batches, and clear refusals.
import { Client } from "@microsoft/microsoft-graph-client";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

let emulator: Emulator;
let graph: Client;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
});
afterAll(() => emulator.close());
beforeEach(async () => {
  emulator.reset();
  const scopes = ["Application.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "User.Read", "User.Read.All"];
  const token = await emulator.issueToken({ resource: "graph", user: "erin", client: "graph-cli", scopes });
  graph = Client.init({
    // The client sends its token only over HTTPS.
    baseUrl: trust(emulator),
    customHosts: new Set(["localhost"]),
    authProvider: (done) => done(null, token),
  });
});

const refused = (code: string, message: string) => ({ code, message: expect.stringContaining(message) });

describe("an application", () => {
  it("gets a secret that works until it is removed", async () => {
    const { appId, tenantId } = emulator.registration("web");
    const path = `/applications(appId='${appId}')`;
    const added = await graph.api(`${path}/addPassword`).post({ passwordCredential: { displayName: "ci" } });
    expect(added).toMatchObject({ displayName: "ci", secretText: expect.any(String), keyId: expect.any(String) });
    const signIn = async () => {
      const form = { grant_type: "client_credentials", client_id: appId, client_secret: added.secretText };
      const body = new URLSearchParams({ ...form, scope: "https://graph.microsoft.com/.default" });
      return (await fetch(`${emulator.origin}/${tenantId}/oauth2/v2.0/token`, { method: "POST", body })).status;
    };
    expect(await signIn()).toBe(200);
    const { passwordCredentials } = await graph.api(path).get();
    expect(passwordCredentials).toHaveLength(2);
    expect(JSON.stringify(passwordCredentials)).not.toContain(added.secretText);
    await graph.api(`${path}/removePassword`).post({ keyId: added.keyId });
    expect(await signIn()).toBe(401);
    await expect(graph.api(`${path}/removePassword`).post({ keyId: added.keyId })).rejects.toMatchObject(
      refused("Request_BadRequest", "No password credential found"),
    );
  });

  const unknownPermission = {
    resourceAppId: "00000003-0000-0000-c000-000000000000",
    resourceAccess: [{ id: "x", type: "Scope" }],
  };
  it.each<[string, object, string]>([
    ["an address that is none", { spa: { redirectUris: ["nowhere"] } }, "spa.redirectUris[0] must be an absolute URI"],
    ["a text for a list", { identifierUris: "api://x" }, "identifierUris must be a list"],
    ["a misspelt member", { displayname: "x" }, "displayname is not a member of an application"],
    ["an unknown audience", { signInAudience: "Everyone" }, "signInAudience must be one of"],
    ["claims that the emulator does not add", { optionalClaims: { idToken: [{ name: "upn" }] } }, "empty list"],
    [
      "a permission that the resource does not have",
      { requiredResourceAccess: [unknownPermission] },
      "has no permission with the id x",
    ],
  ])("with %s is refused with 400, and nothing changes", async (_name, body, message) => {
    const before = await emulator.exportState();
    const path = `/applications(appId='${emulator.registration("spa").appId}')`;
    await expect(graph.api(path).patch(body)).rejects.toMatchObject(refused("Request_BadRequest", message));
    const creation = graph.api("/applications").post({ displayName: "x", ...body });
    await expect(creation).rejects.toMatchObject({ statusCode: 400 });
    expect(await emulator.exportState()).toEqual(before);
  });
});

describe("service principals and grants", () => {
  it("are read by id and app id, and changed", async () => {
    const { appId } = emulator.registration("spa");
    const principal = await graph.api(`/servicePrincipals(appId='${appId}')`).get();
    await graph.api(`/servicePrincipals/${principal.id}`).patch({ tags: ["mine"] });
    expect(await graph.api(`/servicePrincipals/${principal.id}`).get()).toMatchObject({ appId, tags: ["mine"] });
    await expect(graph.api(`/servicePrincipals/${principal.id}`).patch({ notes: "x" })).rejects.toMatchObject(
      refused("Request_BadRequest", "notes is not a member"),
    );
    const { value } = await graph.api("/oauth2PermissionGrants").get();
    const path = `/oauth2PermissionGrants/${value[0].id}`;
    await graph.api(path).patch({ scope: "access_as_user other" });
    expect(await graph.api(path).get()).toMatchObject({ id: value[0].id, scope: "access_as_user other" });
  });
});

describe("a query", () => {
  it("selects, limits and filters", async () => {
    const namesOf = async (filter: string): Promise<string[]> => {
      const { value } = await graph.api("/users").filter(filter).get();
      return value.map(({ displayName }: { displayName: string }) => displayName);
    };
    const byName = "startswith(displayName,'ada')";
    expect(await namesOf(`${byName} and mail eq 'ADA@northwharf.example'`)).toEqual(["Ada Ferrante"]);
    expect(await namesOf("displayName eq 'Nobody''s and all'")).toEqual([]);
    const { value } = await graph.api("/users").select("id,mail").top(2).get();
    expect(value).toHaveLength(2);
    expect(Object.keys(value[0])).toEqual(["id", "mail"]);
    expect(await graph.api("/users/ada@northwharf.example").get()).toMatchObject({ id: emulator.user("ada").oid });
    const { value: organizations } = await graph.api("/organization").get();
    expect(organizations).toMatchObject([{ displayName: "North Wharf Trading" }]);
  });

  it.each([
    ['"displayName:bru"', ["Bruno Okafor"]],
    ['"displayName:okafor bruno"', ["Bruno Okafor"]],
    ['"displayName:runo"', []],
    ['"displayName:bru" OR "userPrincipalName:ada@northwharf"', ["Ada Ferrante", "Bruno Okafor"]],
    ['"displayName:bru" AND "mail:ada"', []],
    ['"displayName:dana"', []],
  ])("searches the users of the own tenant: %s", async (search, expected) => {
    const found = await graph.api("/users").header("ConsistencyLevel", "eventual").search(search).count(true).get();
    expect(found.value.map(({ displayName }: { displayName: string }) => displayName).toSorted()).toEqual(expected);
    expect(found["@odata.count"]).toBe(expected.length);
  });

  it("searches users with User.ReadBasic.All, and not without a permission for users", async () => {
    const search = async (scope: string) => {
      const token = await emulator.issueToken({ resource: "graph", user: "ada", scopes: [scope] });
      const headers = {
        authorization: `Bearer ${token}`,
        consistencylevel: "eventual",
        origin: "https://page.example",
      };
      const address = `${emulator.origin}/v1.0/users?$search="displayName:bruno"&$top=1`;
      const response = await fetch(address, { headers });
      return [response.status, response.headers.get("access-control-allow-origin"), await response.json()];
    };
    expect(await search("User.ReadBasic.All")).toMatchObject([200, "*", { value: [{ displayName: "Bruno Okafor" }] }]);
    expect(await search("User.Read")).toMatchObject([403, "*", { error: { code: "Authorization_RequestDenied" } }]);
  });

  it("with $search needs the documented header", async () => {
    const message = "Request with $search query parameter only works through MSGraph with a special request header";
    const search = graph.api("/users").search('"displayName:bru"').get();
    await expect(search).rejects.toMatchObject(refused("Request_UnsupportedQuery", message));
  });

  it("filters by one of several conditions", async () => {
    const filter = "startswith(displayName,'bru') or startswith(userPrincipalName,'ada') and mail eq 'nobody'";
    const { value } = await graph.api("/users").filter(filter).get();
    expect(value.map(({ displayName }: { displayName: string }) => displayName)).toEqual(["Bruno Okafor"]);
  });

  it.each([
    ["/users?$filter=displayName ne 'x'", "It does not support: displayName ne 'x'"],
    ["/users?$filter=city eq 'x'", "It does not support: city eq 'x'"],
    ["/users?$orderby=displayName", "query option $orderby"],
    ["/me?$expand=manager", "query option $expand"],
    ["/users?$top=0", "Invalid value '0' for $top"],
  ])("that the emulator does not know is refused: %s", async (path, message) => {
    await expect(graph.api(path).get()).rejects.toMatchObject(refused("Request_BadRequest", message));
  });
});

describe("a batch", () => {
  it("answers each request and refuses one whose dependency failed", async () => {
    const body = { displayName: "From a batch" };
    const requests = [
      { id: "1", method: "GET", url: "/me?$select=displayName" },
      { id: "2", method: "POST", url: "/applications", body, headers: { "Content-Type": "application/json" } },
      { id: "3", method: "GET", url: "/users/nobody" },
      { id: "4", method: "GET", url: "/me/messages" },
      { id: "5", method: "GET", url: "/me", dependsOn: ["3"] },
    ];
    const { responses } = await graph.api("/$batch").post({ requests });
    expect(responses.map(({ id, status }: { id: string; status: number }) => [id, status])).toEqual([
      ["1", 200],
      ["2", 201],
      ["3", 404],
      ["4", 404],
      ["5", 424],
    ]);
    expect(responses[0].body.displayName).toBe("Erin Castellanos");
    expect(responses[3].body.error.code).toBe("EmulatorUnsupported");
    expect(emulator.registrations.some(({ displayName }) => displayName === "From a batch")).toBe(true);
  });

  it("has at most 20 requests, and only known members", async () => {
    const requests = Array.from({ length: 21 }, (_, id) => ({ id: String(id), method: "GET", url: "/me" }));
    await expect(graph.api("/$batch").post({ requests })).rejects.toMatchObject({ statusCode: 400 });
    await expect(graph.api("/$batch").post({ request: [] })).rejects.toMatchObject({ statusCode: 400 });
  });
});

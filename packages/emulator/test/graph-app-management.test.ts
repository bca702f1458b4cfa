// Tests what deployment tools do with applications in Graph: certificates, federated credentials, owners and app roles.
// Microsoft's Graph client makes the calls, and @azure/identity gets the tokens that they change.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { ClientAssertionCredential, ClientCertificateCredential, ClientSecretCredential } from "@azure/identity";
import { Client } from "@microsoft/microsoft-graph-client";
import { decodeJwt, exportJWK, generateKeyPair, importPKCS8, type JWTPayload, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { trust } from "./trust.ts";

const GRAPH = "https://graph.microsoft.com/.default";
const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
const EXCHANGE = "api://AzureADTokenExchange";
const NOBODY = "11111111-2222-4333-8444-555555555555";

let emulator: Emulator;
let graph: Client;
let options: { authorityHost: string; disableInstanceDiscovery: true };
let tenantId: string;
let appId: string;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
  options = { authorityHost: trust(emulator), disableInstanceDiscovery: true };
  tenantId = emulator.tenant("northwharf").id;
  appId = emulator.registration("web").appId;
});
afterAll(() => emulator.close());
beforeEach(async () => {
  emulator.reset();
  graph = await graphWith(["Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "User.Read.All"]);
});

async function graphWith(scopes: string[]): Promise<Client> {
  const token = await emulator.issueToken({ resource: "graph", user: "erin", client: "graph-cli", scopes });
  return Client.init({
    baseUrl: options.authorityHost,
    customHosts: new Set(["localhost"]),
    authProvider: (done) => done(null, token),
  });
}

const application = () => `/applications(appId='${appId}')`;
const principal = () => `/servicePrincipals(appId='${appId}')`;

const refused = (statusCode: number, code: string, message = "") => ({
  statusCode,
  code,
  message: expect.stringContaining(message),
});

/** @throws as the promise of the callback, which must not change the state */
async function changesNothing(call: () => Promise<unknown>): Promise<void> {
  const before = await emulator.exportState();
  await call();
  expect(await emulator.exportState()).toEqual(before);
}

describe("a certificate", () => {
  const derOf = (pem: string) => pem.replaceAll(/-----[A-Z ]+-----|\s/g, "");
  const signIn = ({ certificate, privateKey }: { certificate: string; privateKey: string }) =>
    new ClientCertificateCredential(tenantId, appId, { certificate: certificate + privateKey }, options).getToken(
      GRAPH,
    );

  async function proofOf(privateKey: string, claims: JWTPayload = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { id } = await graph.api(application()).select("id").get();
    return new SignJWT({ aud: GRAPH_APP_ID, iss: id, nbf: now, exp: now + 600, ...claims })
      .setProtectedHeader({ alg: "RS256" })
      .sign(await importPKCS8(privateKey, "RS256"));
  }

  const newKey = (certificate: string) => ({ type: "AsymmetricX509Cert", usage: "Verify", key: derOf(certificate) });

  it("is set by keyCredentials, rolled by addKey and removeKey, and works between them", async () => {
    const first = await emulator.addCertificate("spa");
    const second = await emulator.addCertificate("spa");
    await expect(signIn(first)).rejects.toThrow("AADSTS700027");
    await graph.api(application()).patch({ keyCredentials: [newKey(first.certificate)] });
    await expect(signIn(first)).resolves.toHaveProperty("token");

    // An application needs no permission for this, only the proof.
    const own = await graphWith([]);
    const proof = await proofOf(first.privateKey);
    const added = await own.api(`${application()}/addKey`).post({ keyCredential: newKey(second.certificate), proof });
    expect(added).toMatchObject({ type: "AsymmetricX509Cert", usage: "Verify", keyId: expect.any(String) });
    await expect(signIn(second)).resolves.toHaveProperty("token");

    const { keyCredentials } = await graph.api(application()).get();
    expect(keyCredentials.map(({ keyId }: { keyId: string }) => keyId)).toContain(added.keyId);
    const keyId = keyCredentials[0].keyId.toUpperCase();
    await own.api(`${application()}/removeKey`).post({ keyId, proof: await proofOf(second.privateKey) });
    await expect(signIn(first)).rejects.toThrow("AADSTS700027");
    await expect(signIn(second)).resolves.toHaveProperty("token");
    // A list with the id of a key keeps it.
    await graph.api(application()).patch({ keyCredentials: [{ ...newKey(""), key: null, keyId: added.keyId }] });
    await expect(signIn(second)).resolves.toHaveProperty("token");
    await graph.api(application()).patch({ keyCredentials: [] });
    await expect(signIn(second)).rejects.toThrow("AADSTS700027");
  });

  it("is not added with a wrong proof, and nothing changes", async () => {
    const mine = await emulator.addCertificate("web");
    const other = await emulator.addCertificate("spa");
    const now = Math.floor(Date.now() / 1000);
    const proofs = [
      await proofOf(other.privateKey),
      await proofOf(mine.privateKey, { iss: appId }),
      await proofOf(mine.privateKey, { aud: appId }),
      await proofOf(mine.privateKey, { exp: now + 3600 }),
      await proofOf(mine.privateKey, { nbf: now - 120, exp: now - 60 }),
      "x.y.z",
    ];
    const keyCredential = newKey(other.certificate);
    for (const proof of proofs) {
      await changesNothing(() =>
        expect(graph.api(`${application()}/addKey`).post({ keyCredential, proof })).rejects.toMatchObject(
          refused(401, "Authentication_MissingOrMalformed"),
        ),
      );
    }
    const invalid = [
      { keyCredential: { ...keyCredential, key: "bm90IGEgY2VydGlmaWNhdGU=" }, proof: proofs[0] },
      { keyCredential: { ...keyCredential, usage: "Sign" }, proof: proofs[0] },
      { keyCredential, proof: proofs[0], passwordCredential: { secretText: "x" } },
      { keyCredential },
    ];
    for (const body of invalid) {
      await changesNothing(() =>
        expect(graph.api(`${application()}/addKey`).post(body)).rejects.toMatchObject(
          refused(400, "Request_BadRequest"),
        ),
      );
    }
  });
});

describe("a federated identity credential", () => {
  let issuer: string;
  let provider: Server;
  let privateKey: CryptoKey;
  let documents: Record<string, object>;
  beforeAll(async () => {
    provider = createServer((request, response) => {
      const document = documents[request.url ?? ""];
      response.writeHead(document ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(document ?? {}));
    });
    await new Promise<void>((listening) => provider.listen(0, "127.0.0.1", listening));
    issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/cluster`;
    const keys = await generateKeyPair("RS256");
    ({ privateKey } = keys);
    documents = {
      "/cluster/.well-known/openid-configuration": { issuer, jwks_uri: `${issuer}/keys` },
      "/cluster/keys": { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "one", alg: "RS256", use: "sig" }] },
    };
  });
  afterAll(() => void provider.close());

  const path = () => `${application()}/federatedIdentityCredentials`;
  const subject = "system:serviceaccount:calls:exchange";
  const credential = () => ({ name: "cluster", issuer, subject, audiences: [EXCHANGE] });

  const tokenOf = (claims: JWTPayload = {}, { kid = "one", key = privateKey } = {}) =>
    new SignJWT({ iss: issuer, sub: subject, aud: EXCHANGE, ...claims })
      .setProtectedHeader({ alg: "RS256", kid })
      .setIssuedAt()
      .setExpirationTime(claims.exp ?? "10m")
      .sign(key);

  const signIn = async (assertion: Promise<string>) => {
    const made = await assertion;
    return new ClientAssertionCredential(tenantId, appId, async () => made, options).getToken(GRAPH);
  };

  it("replaces the secret of the application, until it is deleted", async () => {
    await expect(signIn(tokenOf())).rejects.toThrow("AADSTS700211");
    const created = await graph.api(path()).post(credential());
    expect(created).toEqual({ ...credential(), description: null, id: expect.any(String) });
    const { token } = await signIn(tokenOf());
    expect(decodeJwt(token)).toMatchObject({ appid: appId, appidacr: "2", idtyp: "app" });

    const { value } = await graph.api(path()).filter(`subject eq '${subject}'`).get();
    expect(value).toEqual([created]);
    expect(await graph.api(`${path()}/cluster`).get()).toEqual(created);
    await graph.api(`${path()}/${created.id.toUpperCase()}`).patch({ subject: "system:serviceaccount:calls:other" });
    await expect(signIn(tokenOf())).rejects.toThrow("AADSTS700213");
    await expect(signIn(tokenOf({ sub: "system:serviceaccount:calls:other" }))).resolves.toHaveProperty("token");

    await graph.api(`${path()}/${created.id}`).delete();
    await expect(signIn(tokenOf())).rejects.toThrow("AADSTS700211");
    await expect(graph.api(`${path()}/${created.id}`).get()).rejects.toMatchObject({ statusCode: 404 });
  });

  it("is enough to make a registration a confidential client", async () => {
    Object.assign(emulator.registration("web"), { secrets: [] });
    await expect(signIn(tokenOf())).rejects.toThrow("AADSTS700025");
    await graph.api(path()).post(credential());
    await expect(signIn(tokenOf())).resolves.toHaveProperty("token");
  });

  it.each<[string, string, () => Promise<string>]>([
    ["for another audience", "AADSTS700212", () => tokenOf({ aud: "api://other" })],
    ["of another subject", "AADSTS700213", () => tokenOf({ sub: "system:serviceaccount:calls:admin" })],
    ["of a subject in another case", "AADSTS7002138", () => tokenOf({ sub: subject.toUpperCase() })],
    ["of another issuer", "AADSTS700211", () => tokenOf({ iss: `${issuer}/` })],
    ["that has expired", "AADSTS700024", () => tokenOf({ exp: Math.floor(Date.now() / 1000) - 400 })],
    ["with an unknown key", "AADSTS5000811", () => tokenOf({}, { kid: "two" })],
    [
      "signed by another key",
      "AADSTS50027",
      async () => tokenOf({}, { key: (await generateKeyPair("RS256")).privateKey }),
    ],
  ])("does not accept a token %s: %s", async (_name, code, made) => {
    await graph.api(path()).post(credential());
    await expect(signIn(made())).rejects.toThrow(`${code}:`);
  });

  it("whose issuer has no valid discovery document gets AADSTS501661", async () => {
    const unreachable = `${issuer}/nowhere`;
    await graph.api(path()).post({ ...credential(), issuer: unreachable });
    await expect(signIn(tokenOf({ iss: unreachable }))).rejects.toThrow("AADSTS501661");
    const document = documents["/cluster/.well-known/openid-configuration"] ?? {};
    documents["/other/.well-known/openid-configuration"] = document;
    const other = issuer.replace("/cluster", "/other");
    await graph.api(path()).post({ ...credential(), name: "other", issuer: other });
    await expect(signIn(tokenOf({ iss: other }))).rejects.toThrow("AADSTS501661");
  });

  it.each<[string, object, number, string]>([
    ["the name of another", { subject: "x" }, 409, "FederatedIdentityCredential with name cluster already exists."],
    ["the subject of another", { name: "second" }, 400, "The combination of issuer and subject must be unique"],
    ["an issuer that is no address", { name: "second", issuer: "cluster" }, 400, "issuer must be a URL"],
    ["two audiences", { name: "second", audiences: ["a", "b"] }, 400, "audiences must be a list with one audience"],
    ["a name with spaces", { name: "my cluster" }, 400, "name must be 3 to 120 letters"],
    ["an unknown member", { name: "second", subjects: "x" }, 400, "subjects is not a member"],
  ])("with %s is refused, and nothing changes", async (_name, changes, status, message) => {
    await graph.api(path()).post(credential());
    await changesNothing(() =>
      expect(graph.api(path()).post({ ...credential(), ...changes })).rejects.toMatchObject({
        statusCode: status,
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe("owners", () => {
  it.each([application, principal])("are listed, added once, and removed (%s)", async (path) => {
    const ada = emulator.user("ada").oid;
    const reference = { "@odata.id": `https://graph.microsoft.com/v1.0/directoryObjects/${ada.toUpperCase()}` };
    const owners = async () => (await graph.api(`${path()}/owners`).get()).value;
    expect(await owners()).toEqual([]);
    await graph.api(`${path()}/owners/$ref`).post(reference);
    expect(await owners()).toMatchObject([
      { "@odata.type": "#microsoft.graph.user", id: ada, userPrincipalName: "ada@northwharf.example" },
    ]);
    await expect(graph.api(`${path()}/owners/$ref`).post(reference)).rejects.toMatchObject(
      refused(400, "Request_BadRequest", "added object references already exist"),
    );
    await graph.api(`${path()}/owners/${ada.toUpperCase()}/$ref`).delete();
    expect(await owners()).toEqual([]);
    await expect(graph.api(`${path()}/owners/${ada}/$ref`).delete()).rejects.toMatchObject({ statusCode: 404 });
  });

  it.each([
    [{ "@odata.id": "nowhere" }, 400],
    [{ "@odata.id": `https://graph.microsoft.com/v1.0/groups/${NOBODY}` }, 400],
    [{ "@odata.id": `https://graph.microsoft.com/v1.0/users/${NOBODY}` }, 404],
    [{ id: NOBODY }, 400],
  ])("are not added by %j", async (body, status) => {
    await changesNothing(() =>
      expect(graph.api(`${application()}/owners/$ref`).post(body)).rejects.toMatchObject({ statusCode: status }),
    );
  });

  it("of a new application are the user who created it", async () => {
    const { id } = await graph.api("/applications").post({ displayName: "Mine" });
    expect((await graph.api(`/applications/${id}/owners`).get()).value).toMatchObject([
      { id: emulator.user("erin").oid },
    ]);
  });
});

describe("app roles", () => {
  const rolesInToken = async () => {
    const credential = new ClientSecretCredential(tenantId, appId, "web-secret-emulator-only", options);
    return decodeJwt((await credential.getToken(GRAPH)).token)["roles"];
  };
  /** The assignment of a Graph permission to the application. */
  async function assignmentOf(value: string) {
    const resource = await graph.api(`/servicePrincipals(appId='${GRAPH_APP_ID}')`).get();
    const { id: principalId } = await graph.api(principal()).get();
    const { id: appRoleId } = resource.appRoles.find((role: { value: string }) => role.value === value);
    return { principalId, resourceId: resource.id, appRoleId };
  }

  it.each(["appRoleAssignedTo", "appRoleAssignments"])(
    "of an application are granted and revoked by %s, and are in its tokens",
    async (list) => {
      const assignment = await assignmentOf("Group.Read.All");
      const owner = list === "appRoleAssignedTo" ? assignment.resourceId : assignment.principalId;
      const path = `/servicePrincipals/${owner}/${list}`;
      expect(await rolesInToken()).not.toContain("Group.Read.All");
      const created = await graph.api(path).post(assignment);
      expect(created).toMatchObject({
        ...assignment,
        principalType: "ServicePrincipal",
        principalDisplayName: "Confidential Web App",
        resourceDisplayName: "Microsoft Graph",
      });
      expect(await rolesInToken()).toContain("Group.Read.All");
      await expect(graph.api(path).post(assignment)).rejects.toMatchObject(
        refused(400, "Request_BadRequest", "Permission being assigned already exists on the object"),
      );
      const { value } = await graph.api(path).filter(`principalId eq ${assignment.principalId}`).get();
      expect(value).toContainEqual(created);
      // Those of the seed are listed and revoked in the same way.
      expect(value).toHaveLength(4);
      for (const { id } of value) await graph.api(`${path}/${id}`).delete();
      expect(await rolesInToken()).toBeUndefined();
    },
  );

  it("are refused for a role, a principal or a resource that does not exist, and nothing changes", async () => {
    const assignment = await assignmentOf("Group.Read.All");
    const path = `/servicePrincipals/${assignment.resourceId}/appRoleAssignedTo`;
    const wrong: [object, number][] = [
      [{ ...assignment, appRoleId: NOBODY }, 400],
      [{ ...assignment, principalId: NOBODY }, 404],
      [{ ...assignment, resourceId: NOBODY }, 400],
      [{ ...assignment, principalId: emulator.user("ada").oid }, 400],
      [{ ...assignment, role: "x" }, 400],
      [{}, 400],
    ];
    for (const [body, statusCode] of wrong) {
      await changesNothing(() => expect(graph.api(path).post(body)).rejects.toMatchObject({ statusCode }));
    }
    await expect((await graphWith(["Application.ReadWrite.All"])).api(path).post(assignment)).rejects.toMatchObject(
      refused(403, "Authorization_RequestDenied"),
    );
  });

  it("of an API are defined by appRoles, and admin consent grants those that a client requires", async () => {
    const api = emulator.registration("api");
    const role = {
      id: NOBODY,
      value: "Calls.Manage",
      displayName: "Manage calls",
      allowedMemberTypes: ["Application"],
    };
    await graph.api(`/applications(appId='${api.appId}')`).patch({ appRoles: [role] });
    const required = { resourceAppId: api.appId, resourceAccess: [{ id: NOBODY, type: "Role" }] };
    await graph.api(application()).patch({ requiredResourceAccess: [required] });
    expect(await graph.api(application()).get()).toMatchObject({ requiredResourceAccess: [required] });
    const address = `${emulator.origin}/${tenantId}/adminconsent?client_id=${appId}`;
    const consent = await fetch(address, {
      method: "POST",
      body: new URLSearchParams({ account: "erin@northwharf.example" }),
    });
    expect(consent.status).toBe(200);
    const credential = new ClientSecretCredential(tenantId, appId, "web-secret-emulator-only", options);
    const { token } = await credential.getToken(`${api.appId}/.default`);
    expect(decodeJwt(token)["roles"]).toEqual(["Calls.Manage"]);
    const twice = graph.api(application()).patch({ appRoles: [role, { ...role, value: "Other" }] });
    await expect(twice).rejects.toMatchObject(refused(400, "Request_BadRequest", "more than one role"));
  });

  it("of users let them sign in to a client that requires assignment, and are in their tokens", async () => {
    const { appId: clientId, tenantId: home } = emulator.registration("desktop");
    const role = { id: NOBODY, value: "Agent", displayName: "Agent", allowedMemberTypes: ["User"] };
    await graph.api(`/applications(appId='${clientId}')`).patch({ appRoles: [role] });
    const path = `/servicePrincipals(appId='${clientId}')`;
    const { id: resourceId } = await graph.api(path).get();
    await graph.api(path).patch({ appRoleAssignmentRequired: true });
    const signIn = async () => {
      const user = { username: "ada@northwharf.example", password: "ada-emulator-only" };
      const body = new URLSearchParams({
        client_id: clientId,
        grant_type: "password",
        scope: "openid User.Read",
        ...user,
      });
      const response = await fetch(`${emulator.origin}/${home}/oauth2/v2.0/token`, { method: "POST", body });
      return (await response.json()) as { id_token: string; error_codes?: number[] };
    };
    expect((await signIn()).error_codes).toEqual([50105]);
    const { oid: principalId } = emulator.user("ada");
    const added = await graph
      .api("/users/ada@northwharf.example/appRoleAssignments")
      .post({ principalId, resourceId, appRoleId: NOBODY });
    expect(added).toMatchObject({ principalType: "User", principalDisplayName: "Ada Ferrante" });
    expect(decodeJwt((await signIn()).id_token)["roles"]).toEqual(["Agent"]);
    await graph.api(`${path}/appRoleAssignedTo/${added.id}`).delete();
    expect((await signIn()).error_codes).toEqual([50105]);
    await graph.api(path).patch({ appRoleAssignmentRequired: false });
    expect((await signIn()).id_token).toMatch(/^ey/);
  });
});

describe("pages and counts", () => {
  beforeEach(async () => {
    for (let index = 0; index < 5; index += 1) await graph.api("/applications").post({ displayName: `Page ${index}` });
  });

  it("a next link leads through all pages, with the same query", async () => {
    const names: string[] = [];
    let pages = 0;
    let page = await graph.api("/applications?$select=displayName&$top=2&$filter=startswith(displayName,'Page')").get();
    for (; ; page = await graph.api(page["@odata.nextLink"]).get()) {
      pages += 1;
      names.push(...page.value.map((one: { displayName: string }) => one.displayName));
      expect(Object.keys(page.value[0])).toEqual(["displayName"]);
      if (page["@odata.nextLink"] === undefined) break;
    }
    expect([pages, names]).toEqual([3, ["Page 0", "Page 1", "Page 2", "Page 3", "Page 4"]]);
  });

  it("a list has at most 100 objects per page unless $top says otherwise", async () => {
    const { oid: _, ...user } = emulator.user("ada");
    const others = Array.from({ length: 120 }, (_one, index) => ({ ...user, oid: `user-${index}` }));
    (emulator.users as unknown[]).push(...others);
    const page = await graph.api("/users").get();
    expect([page.value.length, page["@odata.nextLink"]]).toEqual([100, expect.stringContaining("$skiptoken=")]);
    expect((await graph.api("/users").top(999).get()).value.length).toBeGreaterThan(120);
  });

  it("$count needs ConsistencyLevel: eventual", async () => {
    const counted = graph.api("/applications").count(true).top(1);
    await expect(counted.get()).rejects.toMatchObject(
      refused(400, "Request_BadRequest", "$count is not currently supported"),
    );
    const { value, "@odata.count": count } = await counted.header("ConsistencyLevel", "eventual").get();
    expect([value.length, count]).toEqual([
      1,
      emulator.registrations.filter((app) => app.tenantId === tenantId).length,
    ]);
  });

  it.each([
    ["/applications?$skiptoken=x", "Directory_ExpiredPageToken"],
    ["/applications?$count=maybe", "Request_BadRequest"],
    ["/applications?$select=displayName,secrets", "Request_BadRequest"],
    ["/applications?$top=1&$top=2", "Request_BadRequest"],
    ["/oauth2PermissionGrants?$count=true", "Request_BadRequest"],
  ])("%s is refused", async (path, code) => {
    const token = await emulator.issueToken({
      resource: "graph",
      user: "erin",
      scopes: ["Application.Read.All", "DelegatedPermissionGrant.Read.All"],
    });
    const answer = await fetch(`${emulator.origin}/v1.0${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect([answer.status, await answer.json()]).toEqual([400, { error: expect.objectContaining({ code }) }]);
  });
});

describe("a batch", () => {
  const json = { "Content-Type": "application/json" };
  it("runs a request after those that it depends on", async () => {
    const requests = [
      { id: "read", method: "GET", url: `${application()}?$select=displayName`, dependsOn: ["rename"] },
      { id: "rename", method: "PATCH", url: application(), body: { displayName: "Renamed" }, headers: json },
    ];
    const { responses } = await graph.api("/$batch").post({ requests });
    const read = responses.find(({ id }: { id: string }) => id === "read");
    expect(read).toMatchObject({ status: 200, body: { displayName: "Renamed" } });
  });

  const get = { method: "GET", url: "/users" };
  it.each<[string, object[], string]>([
    [
      "requests that depend on each other",
      [
        { ...get, id: "1", dependsOn: ["2"] },
        { ...get, id: "2", dependsOn: ["1"] },
      ],
      "depend on each other: 1, 2",
    ],
    ["an unknown dependency", [{ ...get, id: "1", dependsOn: ["3"] }], "depends on 3"],
    [
      "a write without a content type",
      [{ id: "1", method: "POST", url: "/applications", body: { displayName: "x" } }],
      "Write request id : 1 does not contain Content-Type header or body.",
    ],
    [
      "two equal ids",
      [
        { ...get, id: "1" },
        { ...get, id: "1" },
      ],
      "ids of a batch must differ",
    ],
  ])("with %s is refused as a whole", async (_name, requests, message) => {
    await changesNothing(() =>
      expect(graph.api("/$batch").post({ requests })).rejects.toMatchObject({
        statusCode: 400,
        message: expect.stringContaining(message),
      }),
    );
  });

  it("answers a malformed escape with 400, and the other requests as usual", async () => {
    const requests = [
      { id: "1", method: "GET", url: "/users/%E0%A4%A" },
      { ...get, id: "2" },
    ];
    const { responses } = await graph.api("/$batch").post({ requests });
    expect(responses.map(({ status }: { status: number }) => status)).toEqual([400, 200]);
  });
});

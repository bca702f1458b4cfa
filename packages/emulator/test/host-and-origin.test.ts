// Tests which hosts the emulator answers, what its issuer follows, and that pages of other sites cannot drive it.
import { Agent, request } from "node:http";
import type { LookupFunction } from "node:net";
import { json } from "node:stream/consumers";
import { CommunicationIdentityClient, type CommunicationIdentityClientOptions } from "@azure/communication-identity";
import { createRemoteJWKSet, decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ allowedHosts: ["emulator"] });
});
afterAll(() => emulator.close());

type PipelinePolicy = NonNullable<CommunicationIdentityClientOptions["additionalPolicies"]>[number]["policy"];

interface Answer {
  status: number;
  text: string;
}

/** Sends any Host header, which `fetch` does not allow. */
function send(
  path: string,
  headers: Record<string, string>,
  { method = "GET", body = "", to = emulator }: { method?: string; body?: string; to?: Emulator } = {},
): Promise<Answer> {
  const { port } = new URL(to.origin);
  return new Promise((resolve, reject) => {
    const options = { method, headers, port, host: "127.0.0.1", path, setHost: false };
    request(options, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    })
      .on("error", reject)
      .end(body);
  });
}

const discovery = () => `/${emulator.tenant("northwharf").id}/v2.0/.well-known/openid-configuration`;

describe("the Host header", () => {
  it.each(["", "a b", "[", "http://localhost", "localhost:x", "a,b", "localhost:99999"])(
    "%j gets 400",
    async (host) => {
      expect((await send(discovery(), { host })).status).toBe(400);
      expect((await send("/emulator/api/state", { host }, { method: "POST" })).status).toBe(400);
    },
  );

  it("gets 400 if it is missing", async () => {
    expect((await send(discovery(), {})).status).toBe(400);
  });

  it.each(["/emulator", "/identities?api-version=2023-10-01", "/nowhere"])(
    "gets 403 at %s if it is foreign, because a page could have pointed its name to this machine",
    async (path) => {
      const { status, text } = await send(path, { host: "evil.example:9400" });
      expect(status).toBe(403);
      expect(text).toContain("--allowed-hosts evil.example");
    },
  );

  it.each(["localhost", "127.0.0.1", "[::1]", "emulator:9400"])("%s is accepted", async (host) => {
    expect((await send(discovery(), { host })).status).toBe(200);
  });
});

const issuerAt = async (host: string, to = emulator): Promise<string> => {
  const { text } = await send(discovery(), { host }, { to });
  return (JSON.parse(text) as { issuer: string }).issuer;
};

describe("the issuer", () => {
  it("follows an allowed host and a loopback address with the emulator's port, and no other", async () => {
    const { id } = emulator.tenant("northwharf");
    const { port } = new URL(emulator.origin);
    expect(await issuerAt("emulator:9400")).toBe(`http://emulator:9400/${id}/v2.0`);
    expect(await issuerAt(`127.0.0.1:${port}`)).toBe(`http://127.0.0.1:${port}/${id}/v2.0`);
    expect(await issuerAt("127.0.0.1:1")).toBe(`${emulator.origin}/${id}/v2.0`);
    expect(await issuerAt(`localhost:${port}`)).toBe(`${emulator.origin}/${id}/v2.0`);
  });

  it("in discovery is the issuer of the tokens at the same address, and ACS takes them", async () => {
    const origin = emulator.origin.replace("localhost", "127.0.0.1");
    const { id } = emulator.tenant("northwharf");
    const { appId, secrets: [secret = ""] = [] } = emulator.registration("web");
    const form = { grant_type: "client_credentials", client_id: appId, client_secret: secret };
    const scope = "https://communication.azure.com//.default";
    const body = new URLSearchParams({ ...form, scope });
    const response = await fetch(`${origin}/${id}/oauth2/v2.0/token`, { method: "POST", body });
    const { access_token: token } = (await response.json()) as { access_token: string };
    expect(decodeJwt(token).iss).toBe(`${origin}/${id}/`);
    await jwtVerify(token, createRemoteJWKSet(new URL(`${origin}/${id}/discovery/v2.0/keys`)));
    const headers = { authorization: `Bearer ${token}` };
    const created = await fetch(`${emulator.origin}/identities?api-version=2023-10-01`, { method: "POST", headers });
    expect(created.status).toBe(201);
  });

  it("lets another container exchange tokens under the emulator's name", async () => {
    const address = `http://emulator:${new URL(emulator.origin).port}`;
    // In the network of the containers, the name leads to the emulator.
    const lookup: LookupFunction = (_name, _options, done) => done(null, [{ address: "127.0.0.1", family: 4 }]);
    const agent = new Agent({ lookup });
    const call = (url: string, form?: Record<string, string>) =>
      new Promise<Record<string, string>>((resolve, reject) => {
        request(url, { agent, method: form ? "POST" : "GET" }, (response) => void json(response).then(resolve as never))
          .on("error", reject)
          .end(form ? new URLSearchParams(form).toString() : undefined);
      });
    const metadata = await call(`${address}/northwharf.example/v2.0/.well-known/openid-configuration`);
    const { appId: clientId } = emulator.registration("desktop");
    const { oid: userObjectId, upn: username } = emulator.user("ada");
    const scope = "https://auth.msft.communication.azure.com/.default";
    const form = { grant_type: "password", client_id: clientId, scope, username, password: "ada-emulator-only" };
    const { access_token: teamsUserAadToken = "" } = await call(metadata["token_endpoint"] ?? "", form);
    expect(decodeJwt(teamsUserAadToken).iss).toBe(`${address}/${emulator.tenant("northwharf").id}/`);
    const sendRequest: PipelinePolicy["sendRequest"] = (message, next) => {
      message.agent = agent;
      return next(message);
    };
    const client = new CommunicationIdentityClient(emulator.acsConnectionString.replace(emulator.origin, address), {
      allowInsecureConnection: true,
      additionalPolicies: [{ position: "perCall", policy: { name: "containerNetwork", sendRequest } }],
    });
    const { token } = await client.getTokenForTeamsUser({ teamsUserAadToken, clientId, userObjectId });
    expect(emulator.inspectAcsToken(token)).toEqual({ active: true });
    agent.destroy();
  });

  it("is the public URL for every host, if there is one; the connection string has it too", async () => {
    const publicUrl = "http://emulator.test:9400";
    const other = await startEmulator({ publicUrl, host: "0.0.0.0" });
    const { id } = other.tenant("northwharf");
    expect(await issuerAt("anything.example", other)).toBe(`${publicUrl}/${id}/v2.0`);
    expect(other.acsConnectionString).toContain(`endpoint=${publicUrl}/;`);
    const token = await other.issueToken({ resource: "api", user: "ada" });
    expect(decodeJwt(token).iss).toBe(`${publicUrl}/${id}/v2.0`);
    await other.close();
  });

  it.each([
    [{ publicUrl: "emulator" }, "the public URL must be http or https"],
    [{ publicUrl: "http://emulator/path" }, "without a path"],
    [{ host: "192.0.2.1" }, "The address 192.0.2.1 is not one of this machine. Use 127.0.0.1"],
    [{ allowedHosts: ["http://emulator"] }, "must be a name without a scheme and port"],
  ])("refuses the options %j", async (options, message) => {
    await expect(startEmulator(options)).rejects.toThrow(message);
  });
});

describe("a page of another site", () => {
  const foreign: Record<string, string>[] = [
    { origin: "https://evil.example" },
    { origin: "null", "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { origin: "null" },
  ];
  const consentPage = () =>
    `${emulator.origin}/${emulator.tenant("northwharf").id}/adminconsent?client_id=${emulator.registration("spa").appId}`;

  it.each(foreign)("cannot grant an administrator's consent (%j)", async (headers) => {
    const before = await emulator.exportState();
    const body = new URLSearchParams({ account: emulator.user("erin").upn });
    const { status } = await fetch(consentPage(), { method: "POST", headers, body });
    expect(status).toBe(400);
    expect(await emulator.exportState()).toEqual(before);
  });

  it.each(foreign)("cannot approve a device code (%j)", async (headers) => {
    const scope = "https://auth.msft.communication.azure.com/.default";
    const form = new URLSearchParams({ client_id: emulator.registration("desktop").appId, scope });
    const tenant = `${emulator.origin}/${emulator.tenant("northwharf").id}/oauth2`;
    const issued = await fetch(`${tenant}/v2.0/devicecode`, { method: "POST", body: form });
    const { user_code: otc } = (await issued.json()) as { user_code: string };
    const before = await emulator.exportState();
    const body = new URLSearchParams({ otc, account: emulator.user("ada").upn });
    await fetch(`${tenant}/deviceauth`, { method: "POST", headers, body });
    expect(await emulator.exportState()).toEqual(before);
  });

  it("is not the emulator's own page, whose button works once", async () => {
    const page = await (await fetch(consentPage())).text();
    const ctx = /name="ctx" value="([^"]+)"/.exec(page)?.[1] ?? "";
    const body = new URLSearchParams({ ctx, account: emulator.user("erin").upn });
    const headers = { origin: "null", "sec-fetch-site": "same-origin" };
    const click = () => fetch(consentPage(), { method: "POST", headers, body });
    expect((await click()).status).toBe(200);
    expect((await click()).status).toBe(400);
    emulator.reset();
  });
});

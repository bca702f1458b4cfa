// The access token of a call agent: which tokens are refused, and what happens when one ends during a call.
// https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { decodeJwt, decodeProtectedHeader, importPKCS8, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { acsToken, type CallingClient, connect, connectAs } from "./calling-client.ts";

let emulator: Emulator;
let other: Emulator;
beforeAll(async () => {
  [emulator, other] = await Promise.all([startEmulator({ tlsPort: 0 }), startEmulator()]);
});
afterAll(() => Promise.all([emulator.close(), other.close()]));
beforeEach(() => emulator.reset());

const daily = { meetingId: "212345678901", passcode: "daily1" };
const acs = () => new CommunicationIdentityClient(emulator.acsConnectionString, { allowInsecureConnection: true });

async function refusal(token: string): Promise<string> {
  const client = await connect(emulator);
  client.send({ type: "hello", token });
  const { code, subCode } = await client.next("refused");
  expect(await client.closed).toBe(4003);
  return `${code}/${subCode}`;
}

/** A Teams user's token for chat only, because the user granted only that. */
async function scopeless(): Promise<string> {
  const { token } = await acs().getTokenForTeamsUser({
    teamsUserAadToken: await emulator.issueToken({ resource: "teams", user: "ada", scopes: ["Teams.ManageChats"] }),
    clientId: emulator.registration("spa").appId,
    userObjectId: emulator.user("ada").oid,
  });
  expect(decodeJwt(token)["acsScope"]).toBe("chat");
  return token;
}

async function selfSigned(): Promise<string> {
  const claims = decodeJwt(await acsToken(emulator, "ada"));
  return new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.from("x".repeat(32)));
}

/** A token of the emulator's own key, as no exchange gives it: of a Teams user, but without the tenant. */
async function withoutTenant(): Promise<string> {
  const token = await acsToken(emulator, "ada");
  const { tid, ...claims } = decodeJwt(token);
  expect(tid).toBe(emulator.user("ada").tenantId);
  const { alg = "", kid = "" } = decodeProtectedHeader(token);
  const { keys } = await emulator.exportState();
  const key = await importPKCS8(keys.acs.privateKeys.at(-1) ?? "", alg);
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
}

async function expired(): Promise<string> {
  const token = await acsToken(emulator, "ada");
  emulator.clock.move(86_400);
  return token;
}

async function revoked(): Promise<string> {
  const token = await acsToken(emulator, "ada");
  emulator.regenerateAccessKey("primary");
  return token;
}

it.each<[string, () => Promise<string>, string]>([
  ["a text that is no token", async () => "opaque", "403/40229"],
  ["a token that nobody signed", selfSigned, "403/40229"],
  ["a token of another emulator", () => acsToken(other, "ada"), "403/40229"],
  ["an Entra token", () => emulator.issueToken({ resource: "teams", user: "ada" }), "403/40229"],
  ["the token of an ACS user", async () => (await acs().createUserAndToken(["voip"])).token, "403/40231"],
  ["a Teams user's token without the tenant", withoutTenant, "403/40231"],
  ["a Teams user's token without voip", scopeless, "401/44113"],
  ["an expired token", expired, "401/40235"],
  ["a token whose access key was regenerated", revoked, "401/10009"],
])("refuses %s", async (_name, token, expected) => {
  expect(await refusal(await token())).toBe(expected);
});

describe("during a call", () => {
  let ada: CallingClient;
  let bruno: CallingClient;
  let leg: string;
  let token: string;
  beforeEach(async () => {
    [ada, bruno] = await Promise.all([connect(emulator), connectAs(emulator, "bruno")]);
    token = await acsToken(emulator, "ada");
    ada.send({ type: "hello", token });
    leg = ada.join(daily);
    bruno.join(daily);
    await ada.call(({ participants }) => participants.length === 1);
  });

  const secondsLeft = () => (decodeJwt(token).exp ?? 0) - emulator.clock.seconds();
  const asked = () => ada.received.filter(({ type }) => type === "token-needed").length;

  it("asks for a new token five minutes before the expiry, and the call goes on with it", async () => {
    emulator.clock.freeze();
    emulator.clock.move(secondsLeft() - 300);
    await ada.ask((request) => ({ type: "mute-others", leg, request }));
    expect(asked()).toBe(0);
    emulator.clock.move(1);
    await ada.next("token-needed");
    // Each request makes the service look at the time again.
    const next = await acsToken(emulator, "ada");
    await ada.ask((request) => ({ type: "mute-others", leg, request }));
    expect(asked()).toBe(1);
    ada.send({ type: "token", token: next });
    emulator.clock.move(3_600);
    expect(await ada.ask((request) => ({ type: "mute-others", leg, request }))).toBe("done");
    expect(ada.states(leg)).toEqual(["Connected"]);
  });

  it("asks again after half a minute, if the module has no newer token", async () => {
    emulator.clock.freeze();
    emulator.clock.move(secondsLeft() - 299);
    await ada.next("token-needed");
    ada.send({ type: "token", token });
    emulator.clock.move(29);
    await ada.ask((request) => ({ type: "mute-others", leg, request }));
    expect(asked()).toBe(1);
    emulator.clock.move(1);
    await ada.ask((request) => ({ type: "mute-others", leg, request }));
    expect(asked()).toBe(2);
  });

  it("asks again when the clock moves past the expiry, and a new token within the grace time is enough", async () => {
    emulator.clock.freeze();
    emulator.clock.move(86_400);
    await ada.next("token-needed");
    emulator.clock.move(9);
    ada.send({ type: "token", token: await acsToken(emulator, "ada") });
    await ada.ask((request) => ({ type: "mute-others", leg, request }));
    emulator.clock.move(60);
    await ada.ask((request) => ({ type: "mute-others", leg, request }));
    expect(ada.states(leg)).toEqual(["Connected"]);
  });

  it("ends the call with 495/4507 if no new token comes, and the connection with 401/40235", async () => {
    emulator.clock.freeze();
    emulator.clock.move(86_400);
    await ada.next("token-needed");
    emulator.clock.move(10);
    expect(await ada.ended(leg)).toBe("495/4507");
    expect(await ada.next("refused")).toMatchObject({ code: 401, subCode: 40235 });
    expect(await ada.closed).toBe(4003);
  });

  it("takes no new token of another user", async () => {
    emulator.clock.freeze();
    emulator.clock.move(86_400);
    await ada.next("token-needed");
    ada.send({ type: "token", token: await acsToken(emulator, "dana") });
    await ada.ask((request) => ({ type: "mute-others", leg, request }));
    emulator.clock.move(10);
    expect(await ada.ended(leg)).toBe("495/4507");
  });

  it("ends the call at the moment at which the access key is regenerated; the others see it", async () => {
    emulator.regenerateAccessKey("primary");
    expect(emulator.calls()).toMatchObject({ calls: [], connected: [] });
    expect(await ada.ended(leg)).toBe("401/10009");
    expect(await ada.next("refused")).toMatchObject({ code: 401, subCode: 10009 });
  });
});

it("works over HTTPS too", async () => {
  const { httpsOrigin = "", caCertificate = "" } = emulator;
  const client = await connect({ ...emulator, origin: httpsOrigin } as Emulator, { ca: caCertificate });
  client.send({ type: "hello", token: await acsToken(emulator, "ada") });
  expect(await client.next("ready")).toMatchObject({ user: { displayName: "Ada Ferrante" } });
  client.close();
});

// Tests many requests at the same time: data of one sign-in or exchange must not appear in another.
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator, type User } from "../src/start-emulator.ts";
import { Browser } from "./browserless-sign-in.ts";

let emulator: Emulator;
const crowd: User[] = Array.from({ length: 100 }, (_, index) => ({
  name: `user${index}`,
  oid: `0b1ec700-0000-4000-9000-${String(index).padStart(12, "0")}`,
  upn: `user${index}@northwharf.example`,
  displayName: `User ${index}`,
  password: "x",
  servicePlans: ["TEAMS1"],
  tenantId: "",
}));

beforeAll(async () => {
  emulator = await startEmulator();
  const state = await emulator.exportState();
  const { id } = emulator.tenant("northwharf");
  for (const user of crowd) user.tenantId = id;
  const users = [...emulator.users, ...crowd];
  await emulator.importState({ ...state, state: { ...state.state, users } });
  emulator.settings.acsQuotas = {};
});
afterAll(() => emulator.close());

async function signIn(user: User): Promise<string> {
  const verifier = user.oid.repeat(2);
  const { id } = emulator.tenant("northwharf");
  const challenge = Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(verifier))).toString("base64url");
  const common = { client_id: emulator.registration("desktop").appId, redirect_uri: "http://localhost:1" };
  const scope = "openid https://auth.msft.communication.azure.com/Teams.ManageCalls";
  const query = { ...common, scope, response_type: "code", code_challenge: challenge, code_challenge_method: "S256" };
  const url = `${emulator.origin}/${id}/oauth2/v2.0/authorize?${new URLSearchParams({ ...query, state: user.oid })}`;
  const landing = await new Browser().signIn(url, { upn: user.upn });
  expect(landing.searchParams.get("state")).toBe(user.oid);
  const code = landing.searchParams.get("code") ?? "";
  const body = new URLSearchParams({ ...common, grant_type: "authorization_code", code, code_verifier: verifier });
  const response = await fetch(`${emulator.origin}/${id}/oauth2/v2.0/token`, { method: "POST", body });
  return ((await response.json()) as { access_token: string }).access_token;
}

it("100 concurrent sign-ins and 1,000 exchanges each get their own tokens", async () => {
  const tokens = await Promise.all(crowd.map(signIn));
  expect(tokens.map((token) => decodeJwt(token)["oid"])).toEqual(crowd.map(({ oid }) => oid));
  const client = new CommunicationIdentityClient(emulator.acsConnectionString, { allowInsecureConnection: true });
  const clientId = emulator.registration("desktop").appId;
  const exchanges = Array.from({ length: 1_000 }, async (_, index) => {
    const userObjectId = crowd[index % crowd.length]?.oid ?? "";
    const teamsUserAadToken = tokens[index % crowd.length] ?? "";
    const { token } = await client.getTokenForTeamsUser({ teamsUserAadToken, clientId, userObjectId });
    return decodeJwt(token)["skypeid"] === `orgid:${userObjectId}`;
  });
  expect((await Promise.all(exchanges)).every(Boolean)).toBe(true);
});

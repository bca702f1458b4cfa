// Tests ACS users with @azure/communication-identity: over HTTP and HTTPS, with access key and Entra token, and on live
// Azure if its connection string is set.
import type { CommunicationIdentityClient } from "@azure/communication-identity";
import { decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { targets } from "./identity-target.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
});
afterAll(() => emulator.close());

describe.each(targets)("through $name", (target) => {
  let client: CommunicationIdentityClient;
  beforeAll(() => {
    client = target.client(emulator);
  });

  it("creates, uses, revokes and deletes a user", async () => {
    const user = await client.createUser();
    expect(user.communicationUserId).toMatch(/^8:acs:[0-9a-f-]{36}_/);
    const { token, expiresOn } = await client.getToken(user, ["chat", "voip"]);
    expect(decodeJwt(token)).toMatchObject({ skypeid: user.communicationUserId.slice(2) });
    expect(expiresOn.getTime()).toBeGreaterThan(Date.now());
    await client.revokeTokens(user);
    await client.deleteUser(user);
    await expect(client.getToken(user, ["chat"])).rejects.toMatchObject({ statusCode: 401 });
  });

  it.each([["chat"], ["voip"], ["chat.join"], ["chat.join.limited"], ["voip.join"]] as const)(
    "creates a user together with a token for %s",
    async (scope) => {
      const { user, token } = await client.createUserAndToken([scope]);
      expect(user.communicationUserId).toBeTruthy();
      expect(String(decodeJwt(token)["acsScope"])).toBe(scope);
      await client.deleteUser(user);
    },
  );

  it.each([60, 120, 1_440])("issues a token of %i minutes, within 5 percent", async (tokenExpiresInMinutes) => {
    const { user, expiresOn } = await client.createUserAndToken(["voip"], { tokenExpiresInMinutes });
    const minutes = (expiresOn.getTime() - Date.now()) / 60_000;
    expect(Math.abs(minutes - tokenExpiresInMinutes) / tokenExpiresInMinutes).toBeLessThan(0.05);
    await client.deleteUser(user);
  });

  it.each([59, 1_441])("refuses a lifetime of %i minutes", async (tokenExpiresInMinutes) => {
    const user = await client.createUser();
    await expect(client.getToken(user, ["voip"], { tokenExpiresInMinutes })).rejects.toMatchObject({
      statusCode: 400,
      code: "ValidationError",
      message: `ExpiresInMinutes value ${tokenExpiresInMinutes} is invalid. Value must be within the [60, 1440] interval.`,
      details: { error: { target: "ExpiresInMinutes" } },
    });
    await client.deleteUser(user);
  });

  it("refuses a token without scopes", async () => {
    const user = await client.createUser();
    await expect(client.getToken(user, [])).rejects.toMatchObject({
      statusCode: 400,
      code: "ValidationError",
      message: "Invalid scopes - Scopes field is required.",
      details: { error: { target: "scopes" } },
    });
    await client.deleteUser(user);
  });

  it("refuses an identity that belongs to another resource", async () => {
    const stranger = { communicationUserId: "8:acs:11111111-2222-4333-8444-555555555555_0000-1111" };
    const refusal = {
      statusCode: 401,
      code: "IdentityNotOwned",
      message: "Provided identity doesn't belong to the resource.",
    };
    await expect(client.getToken(stranger, ["chat"])).rejects.toMatchObject(refusal);
    await expect(client.revokeTokens(stranger)).rejects.toMatchObject(refusal);
    await expect(client.deleteUser(stranger)).rejects.toMatchObject(refusal);
  });
});

describe("a token", () => {
  const client = () => {
    const [overHttp] = targets;
    if (!overHttp) throw new Error("no target");
    return overHttp.client(emulator);
  };

  it("is ended by a revocation, if it was issued before", async () => {
    const { user, token } = await client().createUserAndToken(["chat"]);
    expect(emulator.inspectAcsToken(token)).toEqual({ active: true });
    await client().revokeTokens(user);
    expect(emulator.inspectAcsToken(token)).toEqual({ active: false, reason: "revoked" });
    const later = await client().getToken(user, ["chat", "voip"]);
    expect(emulator.inspectAcsToken(later.token)).toEqual({ active: true });
  });

  it("is ended when its access key is regenerated, and the service then denies the old key", async () => {
    const { token } = await client().createUserAndToken(["chat"]);
    const former = client();
    emulator.regenerateAccessKey("primary");
    expect(emulator.inspectAcsToken(token)).toEqual({ active: false, reason: "access key regenerated" });
    await expect(former.createUser()).rejects.toMatchObject({ statusCode: 401, code: "Denied" });
    await expect(client().createUser()).resolves.toBeTruthy();
  });

  it("expires by the emulator's clock", async () => {
    const { token } = await client().createUserAndToken(["chat"], { tokenExpiresInMinutes: 60 });
    emulator.clock.move(3_601);
    expect(emulator.inspectAcsToken(token)).toEqual({ active: false, reason: "expired" });
    emulator.clock.reset();
  });

  it("counts towards the quota: the next request gets 429 and Retry-After", async () => {
    emulator.settings.acsQuotas["CommunicationIdentity_Create"] = 2;
    emulator.clock.move(60);
    await client().createUser();
    await client().createUser();
    const error = await client()
      .createUser()
      .catch((reason) => reason);
    expect(error.statusCode).toBe(429);
    expect(Number(error.response.headers.get("retry-after"))).toBeGreaterThan(0);
    emulator.clock.move(31);
    await expect(client().createUser()).resolves.toBeTruthy();
    emulator.reset();
  });
});

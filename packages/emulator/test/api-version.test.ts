// Tests the api-version with @azure/communication-identity and a policy that changes it, because no SDK sends a wrong
// one.
import type { CommunicationIdentityClient, CommunicationIdentityClientOptions } from "@azure/communication-identity";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { targets } from "./identity-target.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0 });
});
afterAll(() => emulator.close());
beforeEach(() => emulator.clearRequests());

/** Changes the request before it is signed, so that only the version is wrong. */
const sending = (version: string | undefined): CommunicationIdentityClientOptions => ({
  additionalPolicies: [
    {
      position: "perCall",
      policy: {
        name: "anotherApiVersion",
        sendRequest: (request, next) => {
          const url = new URL(request.url);
          if (version === undefined) url.searchParams.delete("api-version");
          else url.searchParams.set("api-version", version);
          request.url = url.href;
          return next(request);
        },
      },
    },
  ],
});

const someone = { communicationUserId: "8:acs:11111111-2222-4333-8444-555555555555_0000-1111" };
const calls: [string, (client: CommunicationIdentityClient) => Promise<unknown>][] = [
  ["CommunicationIdentity_Create", (client) => client.createUser()],
  ["CommunicationIdentity_IssueAccessToken", (client) => client.getToken(someone, ["chat"])],
  ["CommunicationIdentity_RevokeAccessTokens", (client) => client.revokeTokens(someone)],
  ["CommunicationIdentity_Delete", (client) => client.deleteUser(someone)],
  [
    "CommunicationIdentity_ExchangeTeamsUserAccessToken",
    (client) => client.getTokenForTeamsUser({ teamsUserAadToken: "x", clientId: "x", userObjectId: "x" }),
  ],
];

const refusalOf = (call: Promise<unknown>) =>
  call.then(
    (answer): never => {
      throw new Error(`not refused: ${answer}`);
    },
    (reason) => reason,
  );

describe.each(targets)("through $name", (target) => {
  it.each(calls)("%s refuses an unknown version", async (_operation, call) => {
    expect(await refusalOf(call(target.client(emulator, sending("2019-01-01"))))).toMatchObject({
      statusCode: 400,
      code: "UnsupportedApiVersion",
      message: expect.stringMatching(
        /^The HTTP resource that matches the request URI 'https?:\/\/.+' does not support the API version '2019-01-01'/,
      ),
    });
  });

  it("the Teams user exchange refuses a version that has only ACS users", async () => {
    const [, exchange] = calls.at(-1) ?? [];
    const refusal = await refusalOf(exchange?.(target.client(emulator, sending("2021-03-07"))) ?? Promise.resolve());
    expect(refusal).toMatchObject({ statusCode: 400, code: "UnsupportedApiVersion" });
    expect(refusal.response.headers.get("api-supported-versions")).not.toContain("2021-03-07");
  });
});

describe.each(targets.filter(({ live }) => !live))("the emulator through $name", (target) => {
  it.each(calls)("%s refuses a request without a version and marks the answer as invented", async (operation, call) => {
    const refusal = await refusalOf(call(target.client(emulator, sending(undefined))));
    expect(refusal).toMatchObject({ statusCode: 400, code: "MissingApiVersionParameter" });
    expect(refusal.response.headers.get("x-emulator-invented")).toBe("true");
    expect(emulator.requests.at(-1)).toMatchObject({ operation, status: 400 });
  });

  it("accepts a known version: the policy changes nothing else", async () => {
    const client = target.client(emulator, sending("2022-10-01"));
    const { user, token } = await client.createUserAndToken(["chat"]);
    expect(token).toMatch(/^ey/);
    await client.deleteUser(user);
  });
});

// Tests the Teams user exchange with @azure/communication-identity: every row of the error table, word for word.
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
let client: CommunicationIdentityClient;
let appId: string;

beforeAll(async () => {
  emulator = await startEmulator();
  client = identityClient(emulator.acsConnectionString);
  appId = emulator.registration("spa").appId;
});
afterAll(() => emulator.close());

const identityClient = (connectionString: string) =>
  new CommunicationIdentityClient(connectionString, { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } });

const teamsToken = (user = "ada", more = {}) => emulator.issueToken({ resource: "teams", user, ...more });

type Exchange = { teamsUserAadToken: string; clientId: string; userObjectId: string };

/** The targets of the tests: the emulator, and live Azure if the variables for a resource and a user are set. */
interface Subject {
  name: string;
  client(): CommunicationIdentityClient;
  right(): Promise<Exchange>;
}

const emulated: Subject = {
  name: "the emulator",
  client: () => client,
  right: async () => ({
    teamsUserAadToken: await teamsToken(),
    clientId: appId,
    userObjectId: emulator.user("ada").oid,
  }),
};

function liveSubjects(): Subject[] {
  const {
    LIVE_ACS_CONNECTION_STRING: connectionString,
    LIVE_TEAMS_USER_TOKEN: teamsUserAadToken,
    LIVE_TEAMS_CLIENT_ID: clientId,
    LIVE_TEAMS_USER_ID: userObjectId,
  } = process.env;
  if (!connectionString || !teamsUserAadToken || !clientId || !userObjectId) return [];
  const right = async () => ({ teamsUserAadToken, clientId, userObjectId });
  return [{ name: "live Azure", client: () => new CommunicationIdentityClient(connectionString), right }];
}

interface Row {
  name: string;
  change: { teamsUserAadToken?: string; clientId?: string; userObjectId?: string };
  statusCode: number;
  code: string;
  message: string;
  target?: string;
}

const someGuid = "11111111-2222-4333-8444-555555555555";
const rows: Row[] = [
  {
    name: "an empty token",
    change: { teamsUserAadToken: "" },
    statusCode: 401,
    code: "InvalidAccessToken",
    message: "Provided access token is not valid.",
  },
  {
    name: "an invalid token",
    change: { teamsUserAadToken: "invalid" },
    statusCode: 401,
    code: "InvalidAccessToken",
    message: "Provided access token is not valid.",
  },
  {
    name: "an empty appId",
    change: { clientId: "" },
    statusCode: 400,
    code: "ValidationError",
    message: "AppId: The AppId field is required.",
    target: "AppId",
  },
  {
    name: "an empty userId",
    change: { userObjectId: "" },
    statusCode: 400,
    code: "ValidationError",
    message: "UserId: The UserId field is required.",
    target: "UserId",
  },
  {
    name: "an appId that is no GUID",
    change: { clientId: "x" },
    statusCode: 400,
    code: "ValidationError",
    message: "Provided AppId has invalid format.",
    target: "appId",
  },
  {
    name: "a userId that is no GUID",
    change: { userObjectId: "x" },
    statusCode: 400,
    code: "ValidationError",
    message: "Provided UserId has invalid format.",
    target: "userId",
  },
  {
    name: "another client's appId",
    change: { clientId: someGuid },
    statusCode: 400,
    code: "ValidationError",
    message: "AAD application is not the expected one.",
    target: "appId",
  },
  {
    name: "another user's userId",
    change: { userObjectId: someGuid },
    statusCode: 400,
    code: "ValidationError",
    message: "Provided AAD token issued for unexpected user.",
    target: "userId",
  },
];

describe.each([emulated, ...liveSubjects()])("on $name", (subject) => {
  it("exchanges a Teams token for an ACS token with the same expiry, which communication-common accepts", async () => {
    const request = await subject.right();
    const { token, expiresOn } = await subject.client().getTokenForTeamsUser(request);
    const entraExpiry = (decodeJwt(request.teamsUserAadToken).exp ?? 0) * 1000;
    const lifetime = entraExpiry - Date.now();
    expect(Math.abs(expiresOn.getTime() - entraExpiry)).toBeLessThan(lifetime * 0.05);
    const credential = new AzureCommunicationTokenCredential(token);
    expect((await credential.getToken()).expiresOnTimestamp).toBe(expiresOn.getTime());
    credential.dispose();
  });

  it.each(rows)("answers $name with $statusCode $code", async ({ change, statusCode, code, message, target }) => {
    const call = subject.client().getTokenForTeamsUser({ ...(await subject.right()), ...change });
    const details = target === undefined ? {} : { details: { error: { target } } };
    await expect(call).rejects.toMatchObject({ statusCode, code, message, ...details });
  });
});

describe("on the emulator", () => {
  it("issues an ACS token that the Calling SDK accepts as a Teams user's", async () => {
    const ada = emulator.user("ada");
    const { token, expiresOn } = await client.getTokenForTeamsUser(await emulated.right());
    expect(decodeJwt(token)).toMatchObject({
      skypeid: `orgid:${ada.oid}`,
      tid: ada.tenantId,
      acsScope: "voip,chat",
      resourceId: expect.any(String),
      rgn: expect.any(String),
      exp: expiresOn.getTime() / 1000,
    });
    expect(decodeJwt(token)).not.toHaveProperty("aud");
    expect(decodeProtectedHeader(token).kid).toMatch(/^[0-9A-F]{40}$/);
  });

  it("answers with the headers of the service and the client's request id", async () => {
    let headers: Record<string, string> = {};
    await client.getTokenForTeamsUser({
      ...(await emulated.right()),
      requestOptions: { customHeaders: { "x-ms-client-request-id": "an-id-of-the-client" } },
      onResponse: (response) => {
        headers = response.headers.toJSON();
      },
    });
    expect(headers).toMatchObject({
      "api-supported-versions": expect.stringContaining("2026-09-23"),
      "ms-cv": expect.any(String),
      "request-context": expect.any(String),
      "strict-transport-security": expect.stringContaining("max-age="),
      "x-processing-time": expect.stringMatching(/^\d+ms$/),
      "x-ms-client-request-id": "an-id-of-the-client",
    });
  });

  it.each([
    ["expired", { expiresInSeconds: -3_600 }],
    ["signed with an unpublished key", { signWith: "unknown" as const }],
    ["for another audience", { claims: { aud: "https://graph.microsoft.com" } }],
    ["unsigned", { header: { alg: "none" } }],
    ["signed with the public key as an HMAC secret", { header: { alg: "HS256" } }],
    ["of another issuer", { claims: { iss: "https://sts.windows.net/somewhere/" } }],
  ])("answers a token that is %s with 401 InvalidAccessToken", async (_name, more) => {
    const request = {
      teamsUserAadToken: await teamsToken("ada", more),
      clientId: appId,
      userObjectId: emulator.user("ada").oid,
    };
    await expect(client.getTokenForTeamsUser(request)).rejects.toMatchObject({
      statusCode: 401,
      code: "InvalidAccessToken",
    });
  });

  it("marks the answer for a user without a Teams licence as invented", async () => {
    const request = {
      teamsUserAadToken: await teamsToken("chen"),
      clientId: appId,
      userObjectId: emulator.user("chen").oid,
    };
    const call = client.getTokenForTeamsUser(request);
    await expect(call).rejects.toMatchObject({ statusCode: 403, code: "UserNotLicensedForTeams" });
    const error = await call.catch((reason) => reason);
    expect(error.response.headers.get("x-emulator-invented")).toBe("true");
  });

  it("denies a body that was changed after signing, with the message of the service", async () => {
    const tampering = new CommunicationIdentityClient(emulator.acsConnectionString, {
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [
        {
          position: "perRetry",
          policy: {
            name: "tampering",
            sendRequest: (request, next) => {
              if (typeof request.body === "string") request.body = request.body.replace('"appId"', '"appID"');
              return next(request);
            },
          },
        },
      ],
    });
    await expect(tampering.getTokenForTeamsUser(await emulated.right())).rejects.toMatchObject({
      statusCode: 401,
      code: "Denied",
      message: "Request 'x-ms-content-sha256' differs from generated content hash.",
    });
  });

  it("denies a wrong access key with the message of the resource provider", async () => {
    const wrong = emulator.acsConnectionString.replace(
      /accesskey=.*/,
      `accesskey=${Buffer.from("wrong".repeat(13)).toString("base64")}`,
    );
    const call = identityClient(wrong).getTokenForTeamsUser({
      teamsUserAadToken: "x",
      clientId: appId,
      userObjectId: someGuid,
    });
    await expect(call).rejects.toMatchObject({
      statusCode: 401,
      code: "Denied",
      message: "Denied by the resource provider.",
    });
  });
});

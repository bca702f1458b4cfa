// The connection of a call agent: tokens that are refused, renewed or revoked, and a network that breaks.
import { CommunicationIdentityClient } from "@azure/communication-identity";
import { decodeJwt } from "jose";
import type { Browser, WebSocketRoute } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ClientMessage } from "../src/calling/protocol.ts";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { acsToken } from "./calling-client.ts";
import { type Caller, connectCaller, launchCallingBrowser, openCaller, serveCallingPage } from "./calling-page.ts";

let emulator: Emulator;
let browser: Browser;
let site: Awaited<ReturnType<typeof serveCallingPage>>;
let ada: Caller;

const daily = { meetingId: "212345678901", passcode: "daily1" };

beforeAll(async () => {
  [emulator, browser, site] = await Promise.all([startEmulator(), launchCallingBrowser(), serveCallingPage()]);
});
afterAll(async () => {
  await browser.close();
  site.close();
  await emulator.close();
});
beforeEach(async () => {
  emulator.reset();
  ada = await openCaller(browser, site.origin);
});
afterEach(() => ada.close());

const connect = async (token: string) =>
  ada.run((app, [service, first]) => app.connect(service, first), [emulator.origin, token] as const);

/** Code and subcode of the error with which something in the page fails. */
const failure = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => "no error",
    (error: Error) => error.message,
  );

/** Creates an agent with a token. @returns code and subcode of the error */
const createAgent = (token: string, options?: object) =>
  ada.run(
    async (app, [service, first, more]) => {
      app.sdk.useCallingService(service);
      const client = new app.sdk.CallClient();
      const error = await client.createTeamsCallAgent(app.credential(first), more).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      const { name, code, subCode } = error as { name: string; code: number; subCode: number };
      return `${name} ${code}/${subCode}`;
    },
    [emulator.origin, token, options] as const,
  );

/**
 * https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/call-setup-issues/failed-to-create-call-agent
 */
describe("createTeamsCallAgent refuses", () => {
  const acs = () => new CommunicationIdentityClient(emulator.acsConnectionString, { allowInsecureConnection: true });

  it("the token of an ACS user with 403/40231", async () => {
    const { token } = await acs().createUserAndToken(["voip"]);
    expect(await createAgent(token)).toBe("CallingCommunicationError 403/40231");
  });

  it("a text that is no ACS token with 403/40229", async () => {
    expect(await createAgent("opaque")).toBe("CallingCommunicationError 403/40229");
    const entra = await emulator.issueToken({ resource: "teams", user: "ada" });
    expect(await createAgent(entra)).toBe("CallingCommunicationError 403/40229");
  });

  it("an expired token with 401/40235", async () => {
    const token = await acsToken(emulator, "ada");
    emulator.clock.move(86_400);
    expect(await createAgent(token)).toBe("CallingCommunicationError 401/40235");
  });

  it("a display name with 400/44214, before it connects", async () => {
    const before = emulator.requestCount("calling");
    expect(await createAgent("opaque", { displayName: "Ada" })).toBe("CallingCommunicationError 400/44214");
    expect(emulator.requestCount("calling")).toBe(before);
  });

  it("a second agent of the same user in the same page with 409/40228, until the first is disposed", async () => {
    const token = await acsToken(emulator, "ada");
    await connect(token);
    expect(await createAgent(token)).toBe("CallingCommunicationError 409/40228");
    await ada.run((app) => app.agent.dispose());
    await connect(token);
  });

  it("a service that is not there with 408/40114", async () => {
    const failed = await ada.run(async (app) => {
      app.sdk.useCallingService("http://localhost:1");
      const client = new app.sdk.CallClient();
      return client.createTeamsCallAgent(app.credential("any")).catch(({ code, subCode }) => ({ code, subCode }));
    });
    expect(failed).toEqual({ code: 408, subCode: 40114 });
  });
});

it("sends the token in the first message only, and in no address", async () => {
  const token = await acsToken(emulator, "ada");
  const addresses: string[] = [];
  const messages: string[] = [];
  ada.page.on("websocket", (socket) => {
    addresses.push(socket.url());
    socket.on("framesent", ({ payload }) => messages.push(String(payload)));
  });
  await connect(token);
  await ada.run((app, meeting) => app.join(meeting, false), daily);
  await ada.until((app) => app.call.state === "Connected");
  await ada.run((app) => app.client.dispose());
  expect(addresses).toEqual([`${emulator.origin.replace("http", "ws")}/calling`]);
  expect(messages.filter((message) => message.includes(token))).toEqual([JSON.stringify({ type: "hello", token })]);
});

it.each([
  ["an incomplete link", "join", { meetingLink: "teams.microsoft.com" }, 40210],
  ["no meeting", "join", {}, 40210],
  ["a call to oneself", "start", undefined, 40202],
])("refuses %s", async (_what, method, locator, subCode) => {
  await connect(await acsToken(emulator, "ada"));
  const failed = ada.run(
    (app, [how, where, oid]) =>
      how === "join" ? app.join(where as never, false) : app.start([{ microsoftTeamsUserId: oid }], false),
    [method, locator, emulator.user("ada").oid] as const,
  );
  expect(await failure(failed)).toContain(subCode === 40210 ? "locator is not valid" : "cannot call themselves");
});

it("asks the credential for a new token before the old one expires, and the call goes on for a day", async () => {
  const token = await acsToken(emulator, "ada");
  const { exp = 0 } = decodeJwt(token);
  const untilNotice = exp - emulator.clock.seconds() - 300;
  // The next token is there before the service asks: any request after the move makes it ask at once.
  emulator.clock.move(untilNotice);
  const next = await acsToken(emulator, "ada");
  emulator.clock.move(-untilNotice);
  await connect(token);
  await ada.run((app, meeting) => app.join(meeting, false), daily);
  await ada.until((app) => app.call.state === "Connected");
  const renewed = await ada.run((app) => app.renewed);
  await ada.run((app, later) => {
    app.tokens.token = later;
  }, next);
  emulator.clock.move(untilNotice);
  await ada.until((app) => app.renewed > 1);
  expect(await ada.run((app) => app.renewed)).toBe(renewed + 1);
  expect(await ada.run((app) => [app.call.state, app.agent.connectionState])).toEqual(["Connected", "Connected"]);
});

it("a revoked token ends the call and the connection", async () => {
  await connect(await acsToken(emulator, "ada"));
  await ada.run((app, meeting) => app.join(meeting, false), daily);
  await ada.until((app) => app.call.state === "Connected");
  emulator.regenerateAccessKey("primary");
  await ada.until((app) => app.agent.connectionState === "Disconnected");
  expect(await ada.run((app) => [app.call.callEndReason, app.connections])).toEqual([
    { code: 401, subCode: 10009 },
    [["Disconnected", "invalidToken"]],
  ]);
});

describe("when the network breaks", () => {
  /** Puts a switch between the page and the service. */
  async function withSwitch(): Promise<{ messages: ClientMessage[]; off(): Promise<void>; on(): void }> {
    const messages: ClientMessage[] = [];
    const open = new Set<WebSocketRoute>();
    let isOff = false;
    await ada.page.routeWebSocket(/\/calling$/, (route) => {
      if (isOff) return void route.close();
      const service = route.connectToServer();
      route.onMessage((message) => {
        messages.push(JSON.parse(String(message)));
        service.send(message);
      });
      open.add(route);
    });
    return {
      messages,
      async off() {
        isOff = true;
        await Promise.all([...open].map((route) => route.close({ code: 1011 })));
      },
      on() {
        isOff = false;
      },
    };
  }

  it("the agent connects again, and says which calls it still has", async () => {
    const network = await withSwitch();
    await connect(await acsToken(emulator, "ada"));
    await ada.run((app, meeting) => app.join(meeting, false), daily);
    await ada.until((app) => app.call.state === "Connected");
    await network.off();
    await ada.until((app) => app.agent.connectionState === "Disconnected");
    network.on();
    await ada.until((app) => app.agent.connectionState === "Connected");
    expect(await ada.run((app) => app.connections)).toEqual([
      ["Disconnected", "connectionIssue"],
      ["Connected", undefined],
    ]);
    const legs = network.messages.flatMap((message) => (message.type === "join" ? [message.leg] : []));
    expect(network.messages.findLast(({ type }) => type === "hello")).toMatchObject({ legs });
  });

  it("a call goes on once the network is back", async () => {
    const network = await withSwitch();
    const bruno = await connectCaller(browser, site.origin, emulator, "bruno");
    await connect(await acsToken(emulator, "ada"));
    await Promise.all([ada, bruno].map((user) => user.run((app, meeting) => app.join(meeting, false), daily)));
    await bruno.until((app) => app.call.remoteParticipants[0]?.state === "Connected");
    await network.off();
    await ada.until((app) => app.agent.connectionState === "Disconnected");
    network.on();
    await ada.until((app) => app.agent.connectionState === "Connected");
    await ada.run((app) => app.call.mute());
    await bruno.until((app) => app.call.remoteParticipants[0]?.isMuted);
    expect(await ada.run((app) => app.states)).toEqual(["None", "Connecting", "Connected"]);
    expect(await bruno.run((app) => app.participantStates)).toEqual(["Ada Ferrante: Connected"]);
    await bruno.close();
  });

  it("a call ends with 496/7 after two minutes without a connection", async () => {
    await ada.page.clock.install();
    const network = await withSwitch();
    await connect(await acsToken(emulator, "ada"));
    await ada.run((app, meeting) => app.join(meeting, true), daily);
    await ada.until((app) => app.call.state === "Connected");
    await network.off();
    await ada.until((app) => app.agent.connectionState === "Disconnected");
    await ada.page.clock.runFor(130_000);
    await ada.until((app) => app.call.state === "Disconnected");
    expect(await ada.run((app) => [app.call.callEndReason, app.open()])).toEqual([
      { code: 496, subCode: 7 },
      { tracks: 0, peers: 0 },
    ]);
  });
});

// Calls from user to user with the calling module in Chromium.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type Caller, connectCaller, launchCallingBrowser, serveCallingPage } from "./calling-page.ts";

let emulator: Emulator;
let browser: Browser;
let site: Awaited<ReturnType<typeof serveCallingPage>>;
let ada: Caller;
let bruno: Caller;

beforeAll(async () => {
  [emulator, browser, site] = await Promise.all([startEmulator(), launchCallingBrowser(), serveCallingPage()]);
  [ada, bruno] = await Promise.all([
    connectCaller(browser, site.origin, emulator, "ada"),
    connectCaller(browser, site.origin, emulator, "bruno"),
  ]);
});
afterAll(async () => {
  await Promise.all([ada?.close(), bruno?.close()]);
  await browser.close();
  site.close();
  await emulator.close();
});
beforeEach(() =>
  bruno.run((app) => {
    app.incoming = undefined;
  }),
);

/**
 * The documented order of states of a call with one other user.
 * https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#call
 */
const states = {
  answered: ["None", "Connecting", "Ringing", "Connected"],
  unanswered: ["None", "Connecting", "Ringing", "Disconnecting", "Disconnected"],
  /** `accept` resolves with a call that is already connecting. */
  accepted: ["Connecting", "Connected"],
};

async function call(caller: Caller, ...users: string[]): Promise<void> {
  const callees = users.map((user) => ({ microsoftTeamsUserId: emulator.user(user).oid }));
  await caller.run((app, list) => app.start(list, true), callees);
}

const rings = (callee: Caller) => callee.until((app) => app.incoming);
const ends = (caller: Caller) => caller.until((app) => app.call.state === "Disconnected");
const endOf = (caller: Caller) => caller.run((app) => app.call.callEndReason);

it("a user answers a call, both see and hold it, and one hangs up", async () => {
  await call(ada, "bruno");
  await rings(bruno);
  expect(await bruno.run((app) => [app.incoming?.kind, app.incoming?.callerInfo.displayName])).toEqual([
    "TeamsIncomingCall",
    "Ada Ferrante",
  ]);
  await bruno.run((app) => app.accept(true));
  for (const user of [ada, bruno]) {
    await user.until((app) => app.call.remoteParticipants[0]?.videoStreams[0]?.isReceiving);
  }
  expect(await ada.run((app) => app.states)).toEqual(states.answered);
  expect(await bruno.run((app) => [app.states, app.call.direction])).toEqual([states.accepted, "Incoming"]);
  await bruno.run((app) => app.call.hold());
  await ada.until((app) => app.call.state === "RemoteHold");
  await bruno.run((app) => app.call.resume());
  await ada.until((app) => app.call.state === "Connected");
  await ada.run((app) => app.call.hangUp());
  await ends(bruno);
  expect(await endOf(bruno)).toEqual({ code: 0, subCode: 0 });
  expect(await bruno.run((app) => app.ringEnd)).toBeUndefined();
  for (const user of [ada, bruno]) expect(await user.run((app) => app.open())).toEqual({ tracks: 0, peers: 0 });
});

it("a user declines a call", async () => {
  await call(ada, "bruno");
  await rings(bruno);
  await bruno.run((app) => app.incoming?.reject());
  await ends(ada);
  expect(await endOf(ada)).toEqual({ code: 603, subCode: 0 });
  expect(await ada.run((app) => app.states)).toEqual(states.unanswered);
});

it("nobody answers for two minutes", async () => {
  await call(ada, "bruno");
  await rings(bruno);
  emulator.clock.move(121);
  await ends(ada);
  expect(await endOf(ada)).toEqual({ code: 487, subCode: 10004 });
  expect(await ada.run((app) => app.states)).toEqual(states.unanswered);
  await bruno.until((app) => app.ringEnd);
  expect(await bruno.run((app) => app.ringEnd)).toEqual({ code: 487, subCode: 10004 });
});

it("the caller gives up, and the call can no longer be accepted", async () => {
  await call(ada, "bruno");
  await rings(bruno);
  await ada.run((app) => app.call.hangUp());
  expect(await endOf(ada)).toEqual({ code: 487, subCode: 0 });
  await bruno.until((app) => app.ringEnd);
  expect(await bruno.run((app) => app.ringEnd)).toEqual({ code: 487, subCode: 0 });
  const refused = await bruno.run((app) =>
    app.incoming?.accept().then(
      () => undefined,
      ({ code, subCode }: { code: number; subCode: number }) => ({ code, subCode }),
    ),
  );
  expect(refused).toEqual({ code: 400, subCode: 41006 });
});

it("two users call each other at once: both calls ring", async () => {
  await Promise.all([call(ada, "bruno"), call(bruno, "ada")]);
  await Promise.all([rings(ada), rings(bruno)]);
  await ada.run(async (app) => {
    const outgoing = app.call;
    await app.accept(false);
    await outgoing.hangUp();
  });
  for (const user of [ada, bruno]) await user.until((app) => app.call.state === "Connected");
  await ada.run((app) => app.call.hangUp());
  await ends(bruno);
  await bruno.until((app) => app.agent.calls.length === 0);
});

it("a call that is answered on one device stops ringing on the others", async () => {
  const other = await connectCaller(browser, site.origin, emulator, "bruno");
  await call(ada, "bruno");
  await Promise.all([rings(bruno), rings(other)]);
  await other.run((app) => app.accept(false));
  await bruno.until((app) => app.ringEnd);
  expect(await bruno.run((app) => app.ringEnd)).toEqual({ code: 487, subCode: 10003 });
  await ada.until((app) => app.call.state === "Connected");
  await ada.run((app) => app.call.hangUp());
  await other.run((app) => app.client.dispose());
  await other.close();
});

it("a user who is not online cannot be reached", async () => {
  await call(ada, "erin");
  await ends(ada);
  expect(await endOf(ada)).toEqual({ code: 480, subCode: 10037 });
});

it("adds a user to a call of two, and one participant sees the other two", async () => {
  const dana = await connectCaller(browser, site.origin, emulator, "dana");
  await call(ada, "bruno");
  await rings(bruno);
  await bruno.run((app) => app.accept(false));
  await ada.until((app) => app.call.state === "Connected");
  const first = await ada.run(
    (app, microsoftTeamsUserId) => app.call.addParticipant({ microsoftTeamsUserId }).state,
    emulator.user("dana").oid,
  );
  expect(first).toBe("Idle");
  await rings(dana);
  await ada.until((app) => app.call.remoteParticipants[1]?.state === "Ringing");
  await dana.run((app) => app.accept(true));
  await bruno.until((app) => app.call.remoteParticipants.some(({ videoStreams }) => videoStreams[0]?.isReceiving));
  await dana.until((app) => app.call.remoteParticipants.length === 2);
  await dana.run((app) => app.client.dispose());
  await ada.until((app) => app.call.remoteParticipants.length === 1);
  await ada.run((app) => app.call.hangUp());
  await dana.close();
});

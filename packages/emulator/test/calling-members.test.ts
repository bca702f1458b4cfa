// The members of the calling module in a page: those of the SDK's types are there, and those without support say so.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";
import { type Caller, type CallingApp, connectCaller, launchCallingBrowser, serveCallingPage } from "./calling-page.ts";
import { callingSupport, listedMembers } from "./calling-support-table.ts";

let emulator: Emulator;
let browser: Browser;
let site: Awaited<ReturnType<typeof serveCallingPage>>;
let ada: Caller;

beforeAll(async () => {
  [emulator, browser, site] = await Promise.all([startEmulator(), launchCallingBrowser(), serveCallingPage()]);
  ada = await connectCaller(browser, site.origin, emulator, "ada");
  await ada.run((app, meeting) => app.join(meeting, true), { meetingId: "212345678901", passcode: "daily1" });
  await ada.until((app) => app.call.isLocalVideoStarted);
});
afterAll(async () => {
  await ada?.close();
  await browser.close();
  site.close();
  await emulator.close();
});

/** The message of the error with which something in the page fails. */
const failure = (run: Promise<unknown>): Promise<string> =>
  run.then(
    () => "no error",
    (error: Error) => error.message,
  );

it("what is not emulated throws an error with its name", async () => {
  expect(await failure(ada.run(({ call, sdk }) => void call.feature(sdk.Features.Captions)))).toContain(
    "Features.Captions is not part of the emulated calling service",
  );
  expect(await failure(ada.run(({ call }) => call.sendDtmf("Num1")))).toContain(
    "TeamsCall.sendDtmf is not part of the emulated calling service",
  );
  expect(await failure(ada.run(({ call }) => call.on("typingError" as "stateChanged", () => {})))).toContain(
    'TeamsCall has no event "typingError"',
  );
  expect(await failure(ada.run(({ client, tokens }) => client.createCallAgent(tokens as never)))).toContain(
    "CallAgent must be created only with ACS token",
  );
});

it("has every event of the SDK's types, and members without support throw their names", async () => {
  const table = Object.entries(callingSupport).map(([type, support]) => ({
    type,
    events: listedMembers(support).flatMap((member) => (member.startsWith("on:") ? member.slice(3) : [])),
    none: support.none?.split(" ") ?? [],
  }));
  await ada.run((app) => {
    const { agent, call, camera, client, devices, sdk } = app;
    app.objects = {
      TeamsCallAgent: agent,
      TeamsCall: call,
      Lobby: call.lobby,
      LocalVideoStream: camera,
      LocalAudioStream: new sdk.LocalAudioStream(new MediaStream()),
      DeviceManager: devices,
      RecordingCallFeature: call.feature(sdk.Features.Recording),
      TranscriptionCallFeature: call.feature(sdk.Features.Transcription),
      DominantSpeakersCallFeature: call.feature(sdk.Features.DominantSpeakers),
      RaiseHandCallFeature: call.feature(sdk.Features.RaiseHand),
      MediaStatsCollector: call.feature(sdk.Features.MediaStats).createCollector(),
      DebugInfoCallClientFeature: client.feature(sdk.Features.DebugInfo),
    } as unknown as CallingApp["objects"];
  });
  await ada.run(({ objects }, types) => {
    for (const { type, events } of types) for (const event of events) objects[type]?.["on"]?.(event, () => {});
  }, table);
  const errors = await ada.run(({ objects }, types) => {
    const members = types.flatMap(({ type, none }) => (type in objects ? none.map((member) => [type, member]) : []));
    return Promise.all(
      members.map(async ([type = "", member = ""]) => {
        const call = async () => objects[type]?.[member]?.({ name: "X" });
        const message = await call().catch((error: Error) => error.message);
        return { member: `${type}.${member}`, message };
      }),
    );
  }, table);
  expect(errors.length).toBeGreaterThan(5);
  for (const { member, message } of errors) {
    const name = member.endsWith(".feature") ? "Features.X" : member;
    expect(message).toBe(`${name} is not part of the emulated calling service`);
  }
});

// What is done in a call: videos, devices, actions on others, and statistics.
import { describe, expect, it } from "vitest";
import { emitter, fakeFeatures, fakeRemote, fakeStream, setUpLiveCall as setUp } from "./fake-sdk.ts";

describe("videos", () => {
  const element = () => ({ shown: [] as unknown[], replaceChildren: () => {} }) as unknown as HTMLElement;

  it("renders a camera cropped and a screen complete, and mirrors only the own camera", async () => {
    const { call, live, renderers } = setUp();
    call.remoteParticipants = [fakeRemote("bruno", { videoStreams: [fakeStream(1), fakeStream(2, "ScreenSharing")] })];
    call.localVideoStreams = [fakeStream(3)];
    await live.attachVideo("8:orgid:bruno/1", element());
    await live.attachVideo("8:orgid:bruno/2", element());
    await live.attachVideo("local", element());
    expect(renderers.map(({ options }) => options)).toEqual([
      { scalingMode: "Crop", isMirrored: false },
      { scalingMode: "Fit", isMirrored: false },
      { scalingMode: "Crop", isMirrored: true },
    ]);
  });

  it("has one renderer per stream at a time", async () => {
    const { call, live, renderers } = setUp();
    call.remoteParticipants = [fakeRemote("bruno", { videoStreams: [fakeStream(1)] })];
    const first = live.attachVideo("8:orgid:bruno/1", element());
    const second = live.attachVideo("8:orgid:bruno/1", element());
    const detach = await first;
    expect(renderers).toHaveLength(1);
    detach();
    await second;
    expect(renderers.map(({ disposed }) => disposed)).toEqual([true, false]);
  });

  it("shows nothing if the stream is gone", async () => {
    const { live, renderers } = setUp();
    (await live.attachVideo("8:orgid:bruno/1", element()))();
    expect(renderers).toEqual([]);
  });
});

describe("devices", () => {
  const cameras = [
    { id: "camera:1", name: "First" },
    { id: "camera:2", name: "Second" },
  ];

  it("starts the camera that was chosen while it was off", async () => {
    const { call, devices, live } = setUp();
    devices.cameras = cameras;
    const started: { source: unknown }[] = [];
    Object.assign(call, { startVideo: async (stream: { source: unknown }) => void started.push(stream) });
    expect((await live.devices()).cameraId).toBe("camera:1");
    await live.selectCamera("camera:2");
    expect(started).toEqual([]);
    expect((await live.devices()).cameraId).toBe("camera:2");
    await live.setCamera(true);
    expect(started.map(({ source }) => source)).toEqual([cameras[1]]);
  });

  it("switches a camera that is on, and not to itself", async () => {
    const { call, devices, live } = setUp();
    devices.cameras = cameras;
    const switches: unknown[] = [];
    const stream = {
      mediaStreamType: "Video",
      source: cameras[0],
      async switchSource(source: { id: string; name: string }) {
        switches.push(source.id);
        stream.source = source;
      },
    };
    call.localVideoStreams = [stream];
    await live.selectCamera("camera:2");
    await live.selectCamera("camera:2");
    expect(switches).toEqual(["camera:2"]);
    expect((await live.devices()).cameraId).toBe("camera:2");
  });

  it("reports devices that come and go, until it is told to stop", () => {
    const { devices, live } = setUp();
    let reports = 0;
    const stop = live.watchDevices(() => {
      reports += 1;
    });
    devices.emit("videoDevicesUpdated");
    devices.emit("selectedSpeakerChanged");
    stop();
    devices.emit("audioDevicesUpdated");
    expect(reports).toBe(2);
    expect(devices.listening()).toBe(0);
  });
});

describe("what is done to others", () => {
  it("reaches the SDK with the identifier of the participant", async () => {
    const done: unknown[] = [];
    const record = (name: string) => async (argument?: unknown) => void done.push([name, argument]);
    const { call, live } = setUp();
    const phone = { kind: "phoneNumber", phoneNumber: "+14255550123", rawId: "4:+14255550123" };
    const guest = { kind: "communicationUser", communicationUserId: "8:acs:guest" };
    call.remoteParticipants = [
      fakeRemote("bruno", { mute: record("mute") }),
      fakeRemote("phone", { identifier: phone }),
      fakeRemote("guest", { identifier: guest }),
    ];
    call.lobby.participants = [fakeRemote("dana")];
    Object.assign(call, { removeParticipant: record("remove"), hangUp: record("hang up") });
    Object.assign(call.lobby, { admit: record("admit"), reject: record("reject") });
    await live.mute("8:orgid:bruno");
    await live.remove("4:+14255550123");
    await live.remove("8:acs:guest");
    await live.admit("8:orgid:dana");
    await live.reject("8:orgid:dana");
    await live.remove("8:orgid:nobody");
    await live.hangUp();
    await live.hangUp(true);
    expect(done).toEqual([
      ["mute", undefined],
      ["remove", phone],
      // The SDK's types accept a raw ID of any kind, but no identifier of an ACS user.
      ["remove", { id: "8:acs:guest" }],
      ["admit", { kind: "microsoftTeamsUser", microsoftTeamsUserId: "dana", rawId: "8:orgid:dana" }],
      ["reject", { kind: "microsoftTeamsUser", microsoftTeamsUserId: "dana", rawId: "8:orgid:dana" }],
      ["hang up", { forEveryone: false }],
      ["hang up", { forEveryone: true }],
    ]);
  });
});

describe("statistics", () => {
  it("have a row for each stream, in kbit/s, percent and pixels, and stop with the collector", () => {
    let disposed = false;
    const collector = emitter({
      dispose() {
        disposed = true;
      },
    });
    const { live } = setUp({ ...fakeFeatures(), MediaStats: { createCollector: () => collector } });
    const samples: unknown[] = [];
    const stop = live.watchStatistics((streams) => samples.push(streams));
    collector.emit("sampleReported", {
      audio: { send: [{ id: "1", bitrate: 32_000, rttInMs: 12 }], receive: [] },
      video: {
        send: [],
        receive: [
          { id: "2", frameWidthReceived: 640, frameHeightReceived: 480, frameRateReceived: 30, transportId: "t" },
        ],
      },
      screenShare: { send: [], receive: [{ id: "3", packetsPerSecond: 99, packetsLostPerSecond: 1 }] },
      transports: [{ id: "t", rttInMs: 8 }],
    });
    stop();
    expect(disposed).toBe(true);
    expect(samples).toEqual([
      [
        { id: "audio sent 0", direction: "sent", media: "audio", kilobitsPerSecond: 32, roundTripMs: 12 },
        {
          id: "camera received 0",
          direction: "received",
          media: "camera",
          widthPixels: 640,
          heightPixels: 480,
          framesPerSecond: 30,
          roundTripMs: 8,
        },
        { id: "screen received 0", direction: "received", media: "screen", lossPercent: 1 },
      ],
    ]);
  });
});

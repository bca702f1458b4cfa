// Features.MediaStats with the statistics of a browser that a test writes.
import type { MediaStatsReportSample } from "@azure/communication-calling";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Emitter } from "../src/calling-sdk/base/emitter.ts";
import type { FeatureContext } from "../src/calling-sdk/call/call-context.ts";
import { MediaStatsFeature } from "../src/calling-sdk/features/media-stats.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

type Reports = Record<string, Record<string, unknown>>;

/** A connection whose statistics are `reports`; its lines are those of these mids. */
function watchStatistics(reports: () => Reports) {
  const signals = new Emitter("call", ["ended"]);
  const peer = {
    getStats: async () => new Map(Object.entries(reports()).map(([id, report]) => [id, { id, ...report }])),
    lineOf: (mid: string) => ({ 0: "audio", 1: "camera", 2: "screen" })[mid],
  };
  const collector = new MediaStatsFeature({
    signals,
    peers: () => [peer],
  } as unknown as FeatureContext).createCollector();
  const samples: MediaStatsReportSample[] = [];
  collector.on("sampleReported", (sample) => samples.push(sample));
  return { samples, end: () => signals.emit("ended", undefined) };
}

const transport = { transportId: "t" };
const codec = { opus: { type: "codec", mimeType: "audio/opus" }, vp8: { type: "codec", mimeType: "video/VP8" } };

it("reports rates per second, sizes, codecs and the round trip of each stream", async () => {
  let second = 0;
  const { samples } = watchStatistics(() => ({
    ...codec,
    pair: { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.012, ...transport },
    microphone: {
      type: "outbound-rtp",
      mid: "0",
      codecId: "opus",
      mediaSourceId: "s1",
      bytesSent: 1_000 + 4_000 * second,
      packetsSent: 10 + 50 * second,
      ...transport,
    },
    camera: {
      type: "inbound-rtp",
      mid: "1",
      codecId: "vp8",
      bytesReceived: 125_000 * second,
      packetsReceived: 10 + 90 * second,
      packetsLost: 10 * second,
      jitter: 0.003,
      frameWidth: 640,
      frameHeight: 360,
      framesPerSecond: 30,
      ...transport,
    },
  }));
  await vi.advanceTimersByTimeAsync(1_000);
  second = 1;
  await vi.advanceTimersByTimeAsync(1_000);
  const { audio, video, transports } = samples[1] as MediaStatsReportSample;
  expect(audio.send).toMatchObject([
    { id: "microphone", codecName: "audio/opus", bitrate: 32_000, packetsPerSecond: 50, packetsLostPerSecond: 0 },
  ]);
  expect(video.receive).toMatchObject([
    {
      codecName: "video/VP8",
      bitrate: 1_000_000,
      packetsPerSecond: 90,
      packetsLostPerSecond: 10,
      jitterInMs: 3,
      frameWidthReceived: 640,
      frameHeightReceived: 360,
      frameRateReceived: 30,
    },
  ]);
  expect(transports).toEqual([{ id: "t", rttInMs: 12 }]);
});

it("leaves out what is neither sent nor received", async () => {
  const { samples } = watchStatistics(() => ({
    unused: { type: "outbound-rtp", mid: "2", bytesSent: 0, packetsSent: 0 },
    ended: { type: "outbound-rtp", mid: "1", bytesSent: 900, packetsSent: 9 },
    silent: { type: "inbound-rtp", mid: "2", bytesReceived: 0, packetsReceived: 0 },
    strange: { type: "inbound-rtp", mid: "7", bytesReceived: 9, packetsReceived: 9 },
  }));
  await vi.advanceTimersByTimeAsync(1_000);
  const none = { send: [], receive: [] };
  expect(samples).toEqual([{ audio: none, video: none, screenShare: none, transports: [] }]);
});

it("ends with the call", async () => {
  const { samples, end } = watchStatistics(() => ({}));
  await vi.advanceTimersByTimeAsync(1_000);
  end();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(samples).toHaveLength(1);
});

// Features.MediaStats: the browser's own statistics, one sample per second.
// https://learn.microsoft.com/azure/communication-services/concepts/voice-video-calling/media-quality-sdk
import { Emitter } from "../base/emitter.ts";
import { asSdk, type Public, type Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";
import type { Peer } from "../media/peer.ts";

const sampleEveryMs = 1_000;

// biome-ignore lint/suspicious/noExplicitAny: the browser's statistics have no common type
type Report = Record<string, any>;
type Direction = "send" | "receive";

const groups = { audio: "audio", camera: "video", screen: "screenShare" } as const;

function entry(report: Report, stats: RTCStatsReport): Record<string, unknown> {
  const codec: Report | undefined = stats.get(report["codecId"]);
  const seconds = (value: unknown) => (typeof value === "number" ? value * 1000 : undefined);
  const all = {
    id: report["id"],
    codecName: codec?.["mimeType"],
    packets: report["packetsReceived"] ?? report["packetsSent"],
    packetsLost: report["packetsLost"],
    jitterInMs: seconds(report["jitter"]),
    transportId: report["transportId"],
    framesSent: report["framesSent"],
    framesEncoded: report["framesEncoded"],
    framesReceived: report["framesReceived"],
    framesDecoded: report["framesDecoded"],
    frameWidthSent: report["type"] === "outbound-rtp" ? report["frameWidth"] : undefined,
    frameHeightSent: report["type"] === "outbound-rtp" ? report["frameHeight"] : undefined,
    frameWidthReceived: report["type"] === "inbound-rtp" ? report["frameWidth"] : undefined,
    frameHeightReceived: report["type"] === "inbound-rtp" ? report["frameHeight"] : undefined,
    audioOutputLevel: report["type"] === "inbound-rtp" ? report["audioLevel"] : undefined,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function addTo(sample: Sdk.MediaStatsReportSample, peer: Peer): Promise<void> {
  const stats = await peer.getStats();
  for (const report of stats.values() as Iterable<Report>) {
    const direction: Direction | undefined = { "inbound-rtp": "receive", "outbound-rtp": "send" }[
      report["type"] as string
    ] as Direction | undefined;
    const line = direction && peer.lineOf(report["mid"]);
    if (line) (sample[groups[line]][direction] as object[]).push(entry(report, stats));
    if (report["type"] === "candidate-pair" && report["nominated"]) {
      sample.transports.push({ id: report["transportId"], rttInMs: (report["currentRoundTripTime"] ?? 0) * 1000 });
    }
  }
}

class Collector extends Emitter implements Public<Sdk.MediaStatsCollector> {
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(context: FeatureContext) {
    super("MediaStatsCollector", ["sampleReported", "summaryReported"]);
    this.#timer = setInterval(() => void this.#collect(context), sampleEveryMs);
    context.signals.on("ended", () => this.dispose());
  }

  async #collect(context: FeatureContext): Promise<void> {
    const none = () => ({ send: [], receive: [] });
    const sample: Sdk.MediaStatsReportSample = { audio: none(), video: none(), screenShare: none(), transports: [] };
    await Promise.all(context.peers().map((peer) => addTo(sample, peer)));
    this.emit("sampleReported", sample);
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}

export class MediaStatsFeature implements Public<Sdk.MediaStatsCallFeature> {
  readonly name = "MediaStats";
  readonly #context: FeatureContext;
  readonly #collectors: Collector[] = [];

  constructor(context: FeatureContext) {
    this.#context = context;
  }

  /** Summaries are not emulated: `summaryReported` never happens. */
  createCollector(): Sdk.MediaStatsCollector {
    const collector = new Collector(this.#context);
    this.#collectors.push(collector);
    return asSdk<Sdk.MediaStatsCollector>(collector);
  }

  dispose(): void {
    for (const collector of this.#collectors) collector.dispose();
  }
}

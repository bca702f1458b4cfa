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

/** The SDK's name of each of the browser's numbers that is passed on unchanged. */
const fields = "packetsLost framesSent framesEncoded framesReceived framesDecoded framesDropped transportId".split(" ");

function entry(report: Report, direction: Direction, stats: RTCStatsReport): Record<string, unknown> {
  const suffix = direction === "send" ? "Sent" : "Received";
  const all = {
    id: report["id"],
    codecName: stats.get(report["codecId"])?.mimeType,
    packets: report[`packets${suffix}`],
    jitterInMs: report["jitter"] && report["jitter"] * 1000,
    [`frameWidth${suffix}`]: report["frameWidth"],
    [`frameHeight${suffix}`]: report["frameHeight"],
    audioOutputLevel: report["audioLevel"],
    ...Object.fromEntries(fields.map((field) => [field, report[field]])),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

async function addTo(sample: Sdk.MediaStatsReportSample, peer: Peer): Promise<void> {
  const stats = await peer.getStats();
  for (const report of stats.values() as Iterable<Report>) {
    const { type, mid } = report;
    const direction = type === "inbound-rtp" ? "receive" : type === "outbound-rtp" ? "send" : undefined;
    const line = direction && peer.lineOf(mid);
    if (line) (sample[groups[line]][direction] as object[]).push(entry(report, direction, stats));
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

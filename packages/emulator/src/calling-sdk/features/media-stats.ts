// Features.MediaStats: the browser's own statistics, one sample per second. Summaries are not emulated.
// https://learn.microsoft.com/azure/communication-services/concepts/voice-video-calling/media-quality-sdk
import { Emitter } from "../base/emitter.ts";
import { asSdk, type Public, type Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";
import type { Peer } from "../media/peer.ts";

const sampleEveryMs = 1_000;

/** The members of the browser's statistics that are used. */
type Report = Record<
  | "type"
  | "id"
  | "mid"
  | "codecId"
  | "transportId"
  | "mimeType"
  | "nominated"
  | "currentRoundTripTime"
  | "mediaSourceId",
  never
> &
  Record<string, number | undefined>;

const groups = { audio: "audio", camera: "video", screen: "screenShare" } as const;
const directions: Readonly<Record<string, "send" | "receive">> = { "outbound-rtp": "send", "inbound-rtp": "receive" };

/** Whether the stream exists. A connection has a place for each kind of stream, also without a track or a packet. */
const isUsed = ({ type, mediaSourceId, ["packetsReceived"]: received }: Report) =>
  type === "outbound-rtp" ? mediaSourceId !== undefined : received !== undefined && received > 0;

class Collector extends Emitter implements Public<Sdk.MediaStatsCollector> {
  readonly #timer: ReturnType<typeof setInterval>;
  /** The counters of the sample before, for the rates. */
  readonly #counters = new Map<string, number>();

  constructor(context: FeatureContext) {
    super("MediaStatsCollector", ["sampleReported", "summaryReported"]);
    this.#timer = setInterval(() => void this.#collect(context), sampleEveryMs);
    context.signals.on("ended", () => this.dispose());
  }

  async #collect(context: FeatureContext): Promise<void> {
    const none = () => ({ send: [], receive: [] });
    const sample: Sdk.MediaStatsReportSample = { audio: none(), video: none(), screenShare: none(), transports: [] };
    await Promise.all(context.peers().map((peer) => this.#add(sample, peer)));
    this.emit("sampleReported", sample);
  }

  async #add(sample: Sdk.MediaStatsReportSample, peer: Peer): Promise<void> {
    const stats: ReadonlyMap<string, Report> = await peer.getStats();
    for (const report of stats.values()) {
      const { type, transportId, nominated, currentRoundTripTime } = report;
      const direction = directions[type];
      const line = direction && peer.lineOf(report.mid);
      if (line && isUsed(report))
        (sample[groups[line]][direction] as object[]).push(this.#entry(report, direction, stats));
      if (type === "candidate-pair" && nominated) {
        sample.transports.push({ id: transportId, rttInMs: currentRoundTripTime * 1000 });
      }
    }
  }

  /** The growth of a counter since the last sample. Samples are one second apart. */
  #rate(id: string, count = 0): number {
    const before = this.#counters.get(id) ?? count;
    this.#counters.set(id, count);
    return Math.max(0, count - before);
  }

  #entry(report: Report, direction: "send" | "receive", stats: ReadonlyMap<string, Report>): object {
    const [suffix, bytes] = direction === "send" ? ["Sent", "bytesSent"] : ["Received", "bytesReceived"];
    const { id, codecId, transportId, packetsLost = 0, frameWidth, frameHeight, framesPerSecond, jitter } = report;
    const packets = report[`packets${suffix}`];
    const video = {
      [`frameWidth${suffix}`]: frameWidth,
      [`frameHeight${suffix}`]: frameHeight,
      [`frameRate${suffix}`]: framesPerSecond,
    };
    return {
      id,
      transportId,
      codecName: stats.get(codecId)?.mimeType,
      bitrate: 8 * this.#rate(`${id} bytes`, report[bytes]),
      packets,
      packetsPerSecond: this.#rate(`${id} packets`, packets),
      packetsLost,
      packetsLostPerSecond: this.#rate(`${id} lost`, packetsLost),
      ...(jitter === undefined ? {} : { jitterInMs: jitter * 1000 }),
      ...(frameWidth === undefined ? {} : video),
    };
  }

  dispose(): void {
    clearInterval(this.#timer);
  }
}

export class MediaStatsFeature implements Public<Sdk.MediaStatsCallFeature> {
  readonly name = "MediaStats";
  readonly #context: FeatureContext;

  constructor(context: FeatureContext) {
    this.#context = context;
  }

  /** The collector ends with the call. */
  createCollector(): Sdk.MediaStatsCollector {
    return asSdk<Sdk.MediaStatsCollector>(new Collector(this.#context));
  }

  dispose(): void {}
}

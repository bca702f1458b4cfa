// Turns a sample of the SDK's media statistics into one row per stream.
// Source: https://learn.microsoft.com/azure/communication-services/concepts/voice-video-calling/media-quality-sdk
import type { MediaStatsReportSample } from "@azure/communication-calling";
import type { StreamStatistics } from "./calling.ts";

/** The members of the SDK's six kinds of streams that are shown. Bit rates are in bit/s. */
interface Stream {
  readonly bitrate?: number;
  readonly packetsPerSecond?: number;
  readonly packetsLostPerSecond?: number;
  readonly rttInMs?: number;
  readonly transportId?: string;
  readonly frameWidthSent?: number;
  readonly frameHeightSent?: number;
  readonly frameRateSent?: number;
  readonly frameWidthReceived?: number;
  readonly frameHeightReceived?: number;
  readonly frameRateReceived?: number;
  readonly frameRateDecoded?: number;
}

/** Returns a row for each stream of the sample: audio, cameras, screens; what is sent comes first. */
export function streamStatistics({
  audio,
  video,
  screenShare,
  transports,
}: MediaStatsReportSample): StreamStatistics[] {
  const roundTrips = new Map(transports.map(({ id, rttInMs }) => [id, rttInMs]));
  const rows = (
    media: StreamStatistics["media"],
    { send, receive }: { send: readonly Stream[]; receive: readonly Stream[] },
  ) => [
    ...send.map((stream, index) => ({ id: `${media} sent ${index}`, ...row(media, "sent", stream, roundTrips) })),
    ...receive.map((stream, index) => ({
      id: `${media} received ${index}`,
      ...row(media, "received", stream, roundTrips),
    })),
  ];
  return [...rows("audio", audio), ...rows("camera", video), ...rows("screen", screenShare)];
}

function row(
  media: StreamStatistics["media"],
  direction: StreamStatistics["direction"],
  stream: Stream,
  roundTrips: ReadonlyMap<string, number | undefined>,
): Omit<StreamStatistics, "id"> {
  const { bitrate, transportId = "" } = stream;
  return {
    direction,
    media,
    ...known("kilobitsPerSecond", bitrate === undefined ? undefined : bitrate / 1000),
    ...known("lossPercent", lossPercent(stream)),
    ...known("widthPixels", stream.frameWidthSent ?? stream.frameWidthReceived),
    ...known("heightPixels", stream.frameHeightSent ?? stream.frameHeightReceived),
    ...known("framesPerSecond", stream.frameRateSent ?? stream.frameRateReceived ?? stream.frameRateDecoded),
    ...known("roundTripMs", stream.rttInMs ?? roundTrips.get(transportId)),
  };
}

function lossPercent({ packetsPerSecond, packetsLostPerSecond }: Stream): number | undefined {
  if (packetsPerSecond === undefined || packetsLostPerSecond === undefined) return undefined;
  const all = packetsPerSecond + packetsLostPerSecond;
  return all === 0 ? undefined : (100 * packetsLostPerSecond) / all;
}

const known = <Name extends string>(name: Name, value: number | undefined) =>
  (value === undefined || !Number.isFinite(value) ? {} : { [name]: value }) as Partial<Record<Name, number>>;

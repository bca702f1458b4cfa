// One WebRTC connection to one other participant, with three fixed lines: microphone, camera, screen. Media start and stop by
// replacing tracks, so nothing is negotiated again. The browsers reach each other directly: no STUN or TURN server is asked.
import type { Signal } from "../../calling/protocol.ts";

/** The lines of a connection, in the order of its media descriptions. */
export const lines = ["audio", "camera", "screen"] as const;
export type Line = (typeof lines)[number];

/** What is sent on each line; `null` for nothing. */
export type Outgoing = Readonly<Record<Line, MediaStreamTrack | null>>;

export interface PeerOptions {
  /** The ID of the participation on this side. */
  self: string;
  /** The ID of the participation on the other side. */
  other: string;
  outgoing: Outgoing;
  send(signal: Signal): void;
  /** Called once per line, when its remote track exists. */
  onTrack(line: Line, track: MediaStreamTrack): void;
}

export class Peer {
  readonly #connection = new RTCPeerConnection({ iceServers: [] });
  readonly #options: PeerOptions;
  /** The polite side gives way when both make an offer at once; the other side makes the first offer. */
  readonly #polite: boolean;
  #transceivers: RTCRtpTransceiver[] = [];
  #makingOffer = false;
  #ignoringOffer = false;
  #outgoing: Outgoing;
  #heard = { energy: 0, seconds: 0 };
  /** Signals are processed one after the other. */
  #queue: Promise<void> = Promise.resolve();

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#outgoing = options.outgoing;
    this.#polite = options.self < options.other;
    const connection = this.#connection;
    connection.onicecandidate = ({ candidate }) => {
      if (!candidate?.candidate) return;
      const { sdpMid, sdpMLineIndex } = candidate;
      options.send({ candidate: { candidate: candidate.candidate, sdpMid, sdpMLineIndex } });
    };
    connection.onnegotiationneeded = () => void this.#offer();
    connection.oniceconnectionstatechange = () => {
      if (connection.iceConnectionState === "failed") connection.restartIce();
    };
    if (!this.#polite) {
      this.#useTransceivers(
        lines.map((line) => connection.addTransceiver(line === "audio" ? "audio" : "video", { direction: "sendrecv" })),
      );
    }
  }

  async #offer(): Promise<void> {
    const connection = this.#connection;
    // The polite side has no lines before the first offer of the other side.
    if (this.#transceivers.length === 0) return;
    try {
      this.#makingOffer = true;
      await connection.setLocalDescription();
      this.#sendDescription();
    } catch (error) {
      if (connection.signalingState !== "closed") reportError(error);
    } finally {
      this.#makingOffer = false;
    }
  }

  #sendDescription(): void {
    const description = this.#connection.localDescription;
    if (description) this.#options.send({ description: { type: description.type, sdp: description.sdp } });
  }

  /** Processes what the other side sent. */
  receive(signal: Signal): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#connection.signalingState === "closed") return;
      try {
        if ("description" in signal) await this.#describe(signal.description);
        else await this.#connection.addIceCandidate(signal.candidate);
      } catch (error) {
        if (!this.#ignoringOffer && (this.#connection.signalingState as string) !== "closed") reportError(error);
      }
    });
  }

  async #describe(description: RTCSessionDescriptionInit): Promise<void> {
    const connection = this.#connection;
    const collision = description.type === "offer" && (this.#makingOffer || connection.signalingState !== "stable");
    this.#ignoringOffer = !this.#polite && collision;
    if (this.#ignoringOffer) return;
    await connection.setRemoteDescription(description);
    if (description.type !== "offer") return;
    if (this.#transceivers.length === 0) {
      const transceivers = connection.getTransceivers();
      for (const transceiver of transceivers) transceiver.direction = "sendrecv";
      this.#useTransceivers(transceivers);
    }
    await connection.setLocalDescription();
    this.#sendDescription();
  }

  #useTransceivers(transceivers: RTCRtpTransceiver[]): void {
    this.#transceivers = transceivers;
    this.setOutgoing(this.#outgoing);
    for (const [index, line] of lines.entries()) {
      const track = transceivers[index]?.receiver.track;
      if (track) this.#options.onTrack(line, track);
    }
  }

  /** Changes what is sent. */
  setOutgoing(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    for (const [index, line] of lines.entries()) {
      const sender = this.#transceivers[index]?.sender;
      if (sender && sender.track !== outgoing[line]) {
        sender.replaceTrack(outgoing[line]).catch((error: unknown) => {
          if (this.#connection.signalingState !== "closed") reportError(error);
        });
      }
    }
  }

  /** The loudness of the other side since the last call, from 0 to 1. Energy is counted, so no short sound is missed. */
  async audioLevel(): Promise<number> {
    const stats = await this.#transceivers[0]?.receiver.getStats();
    for (const report of stats?.values() ?? []) {
      const { type, totalAudioEnergy = 0, totalSamplesDuration = 0 } = report as Record<string, number | undefined>;
      if ((type as unknown) !== "inbound-rtp") continue;
      const energy = totalAudioEnergy - this.#heard.energy;
      const seconds = totalSamplesDuration - this.#heard.seconds;
      this.#heard = { energy: totalAudioEnergy, seconds: totalSamplesDuration };
      return seconds > 0 ? Math.sqrt(Math.max(0, energy) / seconds) : 0;
    }
    return 0;
  }

  getStats(): Promise<RTCStatsReport> {
    return this.#connection.getStats();
  }

  /** The line that a media description belongs to. */
  lineOf(mid: string | null | undefined): Line | undefined {
    const index = this.#transceivers.findIndex((transceiver) => transceiver.mid === mid);
    return lines[index];
  }

  close(): void {
    this.#connection.close();
  }
}

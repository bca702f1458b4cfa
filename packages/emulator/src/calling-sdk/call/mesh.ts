// The connections of one side of a call to everyone else in it: a full mesh, so it is meant for a few participants.
import type { Signal } from "../../calling/protocol.ts";
import { AudioPlayer } from "../media/audio-player.ts";
import { browserId } from "../media/capture.ts";
import { type Line, type Outgoing, Peer } from "../media/peer.ts";
import { EmulatedRemoteAudioStream } from "../media/remote-streams.ts";
import type { EmulatedRemoteParticipant } from "./remote-participant.ts";

/** How often the sound of the others is measured. */
const sampleEveryMs = 200;
/** Signals that may wait for a participant whom the service has not listed yet. */
const mostEarlySignals = 100;

interface Member {
  participant: EmulatedRemoteParticipant;
  peer: Peer;
  sound: MediaStreamTrack | undefined;
}

export interface MeshOptions {
  send(to: string, signal: Signal): void;
  /** Called after each measurement. */
  sampled(): void;
  /** Called when the first sound arrives. */
  audioStarted(): void;
}

export class Mesh {
  readonly audio = new EmulatedRemoteAudioStream();
  readonly #members = new Map<string, Member>();
  readonly #early = new Map<string, Signal[]>();
  readonly #player = new AudioPlayer();
  readonly #options: MeshOptions;
  #outgoing: Outgoing = { audio: null, camera: null, screen: null };
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: MeshOptions) {
    this.#options = options;
  }

  /** Connects to those who are new, and disconnects from those who are gone. */
  update(self: string, connected: readonly EmulatedRemoteParticipant[]): void {
    for (const id of [...this.#members.keys()]) {
      if (!connected.some((participant) => participant.id === id)) this.#remove(id);
    }
    for (const participant of connected) if (!this.#members.has(participant.id)) this.#add(self, participant);
  }

  #add(self: string, participant: EmulatedRemoteParticipant): void {
    const { id } = participant;
    const member: Member = { participant, sound: undefined, peer: undefined as never };
    member.peer = new Peer({
      self,
      other: id,
      outgoing: this.#outgoing,
      send: (signal) => this.#options.send(id, signal),
      onTrack: (line, track) => this.#receiveTrack(member, line, track),
    });
    this.#members.set(id, member);
    for (const signal of this.#early.get(id) ?? []) member.peer.receive(signal);
    this.#early.delete(id);
    this.#timer ??= setInterval(() => void this.#sample(), sampleEveryMs);
  }

  #receiveTrack(member: Member, line: Line, track: MediaStreamTrack): void {
    if (line !== "audio") {
      member.participant.video(line).setTrack(track);
      return;
    }
    member.sound = track;
    this.#player.add(track);
    this.audio.stream.addTrack(track);
    if (this.audio.stream.getTracks().length === 1) this.#options.audioStarted();
  }

  #remove(id: string): void {
    const member = this.#members.get(id);
    if (member === undefined) return;
    this.#members.delete(id);
    member.peer.close();
    if (member.sound) {
      this.#player.remove(member.sound);
      this.audio.stream.removeTrack(member.sound);
    }
  }

  async #sample(): Promise<void> {
    const now = Date.now();
    let loudest = 0;
    for (const { participant, peer } of [...this.#members.values()]) {
      participant.hear(await peer.audioLevel(), now);
      loudest = Math.max(loudest, participant.level);
      for (const line of ["camera", "screen"] as const) {
        const stream = participant.video(line);
        const { width = 0, height = 0 } = stream.stream.getVideoTracks()[0]?.getSettings() ?? {};
        if (stream.isAvailable && width > 0) stream.setSize(width, height);
      }
    }
    this.audio.volume.update(loudest);
    this.#options.sampled();
  }

  /** Processes a signal. It may arrive before the service lists its sender. */
  receive(from: string, signal: Signal): void {
    const member = this.#members.get(from);
    if (member) {
      member.peer.receive(signal);
      return;
    }
    const early = this.#early.get(from) ?? [];
    if (early.length < mostEarlySignals) this.#early.set(from, [...early, signal]);
  }

  setOutgoing(outgoing: Outgoing): void {
    this.#outgoing = outgoing;
    for (const { peer } of this.#members.values()) peer.setOutgoing(outgoing);
  }

  set incomingMuted(muted: boolean) {
    this.#player.muted = muted;
  }

  /** @param id of the device manager */
  set speaker(id: string | undefined) {
    this.#player.speaker = id === undefined ? "" : browserId(id);
  }

  get peers(): Peer[] {
    return [...this.#members.values()].map(({ peer }) => peer);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const id of [...this.#members.keys()]) this.#remove(id);
    this.#early.clear();
    this.#player.dispose();
  }
}

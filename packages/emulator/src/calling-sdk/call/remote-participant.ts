// The SDK's RemoteParticipant, updated from what the service says about a participation.
// https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls#remote-participants
import type { CommunicationIdentifierKind } from "@azure/communication-common";
import type { EndReason, Participant } from "../../calling/protocol.ts";
import { Emitter } from "../base/emitter.ts";
import { identifierOf } from "../base/identifiers.ts";
import { asSdkList, type Public, type Sdk } from "../base/sdk-types.ts";
import type { Line } from "../media/peer.ts";
import { EmulatedRemoteVideoStream } from "../media/remote-streams.ts";

/** A level from which a participant counts as speaking, and how long after the last sound. */
const speakingLevel = 0.01;
const speakingForMs = 800;

const types = { camera: "Video", screen: "ScreenSharing" } as const;

export class EmulatedRemoteParticipant extends Emitter implements Public<Sdk.RemoteParticipant> {
  readonly rawId: string;
  readonly identifier: CommunicationIdentifierKind;
  /** The ID of the participation; empty until the service knows it. */
  id = "";
  displayName: string | undefined;
  readonly hasDisplayNameChanged = false;
  state: Sdk.RemoteParticipantState = "Idle";
  callEndReason: Sdk.CallEndReason | undefined;
  isMuted = false;
  isSpeaking = false;
  role: Sdk.ParticipantRole = "Unknown";
  /** The place in the list of raised hands. */
  hand: number | undefined;
  /** The loudness now, from 0 to 1, and the time of the last sound. */
  level = 0;
  lastSpoke = 0;
  held = false;
  readonly #videos: Record<"camera" | "screen", EmulatedRemoteVideoStream>;
  #shown: EmulatedRemoteVideoStream[] = [];
  readonly #mute: (participant: EmulatedRemoteParticipant) => Promise<void>;

  /** @param firstStreamId the number of its camera; the screen has the next one */
  constructor(rawId: string, firstStreamId: number, mute: (participant: EmulatedRemoteParticipant) => Promise<void>) {
    super("RemoteParticipant", [
      "stateChanged",
      "isMutedChanged",
      "displayNameChanged",
      "roleChanged",
      "isSpeakingChanged",
      "videoStreamsUpdated",
    ]);
    this.rawId = rawId;
    this.identifier = identifierOf(rawId);
    this.#mute = mute;
    this.#videos = {
      camera: new EmulatedRemoteVideoStream(firstStreamId, types.camera),
      screen: new EmulatedRemoteVideoStream(firstStreamId + 1, types.screen),
    };
  }

  get endpointDetails(): Sdk.EndpointDetails[] {
    return [{ participantId: this.id }];
  }

  get videoStreams(): ReadonlyArray<Sdk.RemoteVideoStream> {
    return asSdkList<Sdk.RemoteVideoStream>(this.#shown);
  }

  mute(): Promise<void> {
    return this.#mute(this);
  }

  video(line: Exclude<Line, "audio">): EmulatedRemoteVideoStream {
    return this.#videos[line];
  }

  /** Takes over what the service says, and emits what has changed. */
  update(participant: Participant): void {
    this.id = participant.id;
    this.hand = participant.hand;
    this.#set("displayName", participant.displayName, "displayNameChanged");
    this.#set("role", participant.role, "roleChanged");
    const { muted, video, screen, held } = participant.media;
    this.held = held;
    this.#set("isMuted", muted, "isMutedChanged");
    const connected = participant.state === "Connected";
    this.#show("camera", video && connected && !held);
    this.#show("screen", screen && connected && !held);
    if (participant.state === "Disconnected") this.end(participant.end);
    else this.#set("state", connected && held ? "Hold" : participant.state, "stateChanged");
  }

  /** A stream is listed from the first time that it is sent, until the participant leaves. */
  #show(line: "camera" | "screen", available: boolean): void {
    const stream = this.#videos[line];
    if (available && !this.#shown.includes(stream)) {
      this.#shown = [...this.#shown, stream];
      stream.setAvailable(true);
      this.emit("videoStreamsUpdated", { added: [stream], removed: [] });
    } else {
      stream.setAvailable(available);
    }
  }

  #set<Name extends "displayName" | "role" | "isMuted" | "state">(name: Name, value: this[Name], event: string): void {
    if (this[name] === value) return;
    const oldValue = this[name];
    this[name] = value;
    this.emit(event, name === "displayName" ? { newValue: value, oldValue } : undefined);
  }

  /** Takes a sample of the sound. */
  hear(level: number, now: number): void {
    this.level = this.isMuted ? 0 : level;
    if (this.level >= speakingLevel) this.lastSpoke = now;
    this.#setSpeaking(now - this.lastSpoke < speakingForMs);
  }

  #setSpeaking(speaking: boolean): void {
    if (this.isSpeaking === speaking) return;
    this.isSpeaking = speaking;
    this.emit("isSpeakingChanged");
  }

  end({ code, subCode }: EndReason = { code: 0, subCode: 0 }): void {
    if (this.state === "Disconnected") return;
    const removed = this.#shown;
    this.#shown = [];
    for (const stream of removed) stream.setAvailable(false);
    if (removed.length > 0) this.emit("videoStreamsUpdated", { added: [], removed });
    this.#setSpeaking(false);
    this.callEndReason = { code, subCode };
    this.#set("state", "Disconnected", "stateChanged");
  }
}

// The SDK's TeamsCall.
// https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls
import { identifierOf, rawIdOf } from "./base/identifiers.ts";
import { CallingError, notEmulated, sdkError } from "./base/sdk-error.ts";
import { asSdk, asSdkList, type Public, type Sdk } from "./base/sdk-types.ts";
import type { FeatureContext } from "./call/call-context.ts";
import { CallCore } from "./call/call-core.ts";
import { createFeature } from "./features/feature-factories.ts";
import { openScreen } from "./media/capture.ts";
import { EmulatedLocalVideoStream } from "./media/local-video-stream.ts";
import { callKinds } from "./sdk-enums.ts";

/** How long `hangUp` waits for the service. */
const hangUpTimeoutMs = 3_000;

/** @throws CallingError 400/41025 for anything but a stream of this module */
export function localVideo(stream: unknown): EmulatedLocalVideoStream {
  if (!(stream instanceof EmulatedLocalVideoStream)) throw sdkError(41025);
  return stream;
}

export class EmulatedTeamsCall extends CallCore implements Public<Sdk.TeamsCall> {
  readonly kind = callKinds.TeamsCall;
  declare readonly transferorInfo: undefined;
  declare readonly isEmergencyCall: undefined;
  isIncomingAudioMuted = false;
  readonly #features = new Map<unknown, Sdk.BaseFeature>();

  get callerInfo(): Sdk.CallerInfo {
    const { caller } = this.setup;
    if (caller === undefined) return { identifier: undefined };
    return { identifier: identifierOf(caller.rawId), displayName: caller.displayName };
  }

  get direction(): Sdk.CallDirection {
    return this.setup.caller === undefined ? "Outgoing" : "Incoming";
  }

  get info(): Sdk.TeamsCallInfo {
    return {
      getServerCallId: async () => this.id,
      threadId: this.setup.threadId,
      participantId: this.snapshot?.self ?? "",
      onCallInfoChanged: (_event, listener) => this.on("idChanged", listener),
      offCallInfoChanged: (_event, listener) => this.off("idChanged", listener),
    };
  }

  get isMuted(): boolean {
    return this.media.muted;
  }

  get isLocalVideoStarted(): boolean {
    return this.media.video("camera") !== undefined;
  }

  get isScreenSharingOn(): boolean {
    return this.media.video("screen") !== undefined;
  }

  get localVideoStreams(): ReadonlyArray<Sdk.LocalVideoStream> {
    return asSdkList<Sdk.LocalVideoStream>(this.media.videos);
  }

  get localAudioStreams(): ReadonlyArray<Sdk.LocalAudioStream> {
    return this.media.custom ? [asSdk<Sdk.LocalAudioStream>(this.media.custom)] : [];
  }

  get remoteAudioStreams(): ReadonlyArray<Sdk.RemoteAudioStream> {
    return this.mesh.audio.stream.getTracks().length > 0 ? [asSdk<Sdk.RemoteAudioStream>(this.mesh.audio)] : [];
  }

  get remoteParticipants(): ReadonlyArray<Sdk.RemoteParticipant> {
    return asSdkList<Sdk.RemoteParticipant>(this.roster.list);
  }

  get lobby(): Sdk.Lobby {
    return asSdk<Sdk.Lobby>(this.emulatedLobby);
  }

  feature<TFeature extends Sdk.CallFeature>(factory: Sdk.CallFeatureFactory<TFeature>): TFeature {
    const context: FeatureContext = {
      leg: this.leg,
      agent: this.agent,
      signals: this.signals,
      snapshot: () => this.snapshot,
      participants: () => this.roster.list,
      peers: () => this.mesh.peers,
    };
    const feature = this.#features.get(factory) ?? createFeature(factory, context);
    this.#features.set(factory, feature);
    return feature as TFeature;
  }

  async hangUp({ forEveryone }: Sdk.HangUpOptions = { forEveryone: false }): Promise<void> {
    if (this.state === "Disconnected") return;
    const isKnown = this.isPlaced && this.agent.isConnected();
    this.setState("Disconnecting");
    this.release();
    const end = () => this.end({ code: 0, subCode: 0 });
    // Without a connection, the service ends this side once the agent connects again without it.
    if (!isKnown) return end();
    this.agent.send({ type: "hang-up", leg: this.leg, forEveryone });
    const timer = setTimeout(end, hangUpTimeoutMs);
    await this.ended;
    clearTimeout(timer);
  }

  #setMuted(muted: boolean): void {
    const changed = this.media.muted !== muted;
    this.media.muted = muted;
    this.sendMedia();
    if (changed) this.emit("isMutedChanged");
  }

  async mute(): Promise<void> {
    this.#setMuted(true);
  }

  async unmute(): Promise<void> {
    if (!this.media.hasMicrophone) {
      await this.media.openMicrophone().catch((cause: unknown) => {
        throw sdkError(41016, cause);
      });
    }
    this.#setMuted(false);
  }

  muteAllRemoteParticipants(): Promise<void> {
    return this.agent.request((request) => ({ type: "mute-others", leg: this.leg, request }));
  }

  #setIncomingAudioMuted(muted: boolean): void {
    if (this.isIncomingAudioMuted === muted) return;
    this.isIncomingAudioMuted = muted;
    this.mesh.incomingMuted = muted || this.media.held;
    this.emit("isIncomingAudioMutedChanged");
  }

  async muteIncomingAudio(): Promise<void> {
    this.#setIncomingAudioMuted(true);
  }

  async unmuteIncomingAudio(): Promise<void> {
    this.#setIncomingAudioMuted(false);
  }

  async sendDtmf(_tone: Sdk.DtmfTone): Promise<void> {
    throw notEmulated("TeamsCall.sendDtmf");
  }

  async startVideo(stream: Sdk.LocalVideoStream): Promise<void> {
    const camera = localVideo(stream);
    if (this.isLocalVideoStarted) throw sdkError(41027);
    await this.beginVideo("camera", camera);
  }

  async stopVideo(stream: Sdk.LocalVideoStream): Promise<void> {
    const camera = localVideo(stream);
    if (!this.isLocalVideoStarted) throw sdkError(41030);
    if (this.media.video("camera") !== camera) throw sdkError(41032);
    this.endVideo("camera");
  }

  #setHeld(held: boolean): void {
    this.media.held = held;
    this.mesh.incomingMuted = held || this.isIncomingAudioMuted;
    this.sendMedia();
    this.refreshState();
  }

  async hold(): Promise<void> {
    if (this.state !== "Connected" && this.state !== "RemoteHold") throw sdkError(41033);
    this.#setHeld(true);
  }

  async resume(): Promise<void> {
    if (this.state !== "LocalHold") throw sdkError(41034);
    this.#setHeld(false);
  }

  async startScreenSharing(stream?: Sdk.LocalVideoStream): Promise<void> {
    if (this.state !== "Connected") throw sdkError(41071);
    if (this.isScreenSharingOn) throw sdkError(41035);
    const source = stream ? await localVideo(stream).getMediaStream() : await openScreen();
    const screen = new EmulatedLocalVideoStream(source, undefined, "ScreenSharing");
    // The browser's own "Stop sharing" button.
    source.getVideoTracks()[0]?.addEventListener("ended", () => this.endVideo("screen"));
    await this.beginVideo("screen", screen);
  }

  async stopScreenSharing(): Promise<void> {
    if (!this.isScreenSharingOn) throw sdkError(41041);
    this.endVideo("screen");
  }

  async startAudio(_stream: Sdk.LocalAudioStream): Promise<void> {
    throw notEmulated("TeamsCall.startAudio");
  }

  stopAudio(): void {
    throw notEmulated("TeamsCall.stopAudio");
  }

  async setConstraints(_constraints: Sdk.CallConstraints): Promise<void> {
    throw notEmulated("TeamsCall.setConstraints");
  }

  addParticipant(identifier: Parameters<Sdk.TeamsCall["addParticipant"]>[0]): Sdk.RemoteParticipant {
    const user = rawIdOf(identifier);
    const participant = this.roster.expect(user);
    this.agent
      .request((request) => ({ type: "add", leg: this.leg, user, request }))
      .catch((error: CallingError) => this.roster.remove(participant, error));
    return asSdk<Sdk.RemoteParticipant>(participant);
  }

  async removeParticipant(identifier: Parameters<Sdk.TeamsCall["removeParticipant"]>[0]): Promise<void> {
    const participant = this.roster.byRawId(rawIdOf(identifier));
    if (participant === undefined) throw new CallingError(404, 0, "This participant is not in the call.");
    await this.agent.request((request) => ({
      type: "remove",
      leg: this.leg,
      participant: participant.id,
      request,
    }));
  }

  /** Ends this side of the call without waiting. */
  dispose(): void {
    void this.hangUp();
  }
}

// The life of a call: it is placed, follows what the service says, and ends once. teams-call.ts adds the SDK's methods.
import type {
  CallSnapshot,
  CallUser,
  ClientMessage,
  EndReason,
  Media,
  ServiceMessage,
} from "../../calling/protocol.ts";
import { Emitter } from "../base/emitter.ts";
import type { Sdk } from "../base/sdk-types.ts";
import type { EmulatedLocalAudioStream } from "../media/local-audio-stream.ts";
import type { EmulatedLocalVideoStream } from "../media/local-video-stream.ts";
import type { AgentContext } from "./call-context.ts";
import { EmulatedLobby } from "./lobby.ts";
import { LocalMedia } from "./local-media.ts";
import { Mesh } from "./mesh.ts";
import { Roster } from "./roster.ts";

/** How long the service may take to continue a call after the connection was restored. */
const continueTimeoutMs = 5_000;

/** The events of the SDK's `TeamsCall`. */
const events = [
  "stateChanged",
  "idChanged",
  "isMutedChanged",
  "isIncomingAudioMutedChanged",
  "isScreenSharingOnChanged",
  "isLocalVideoStartedChanged",
  "remoteParticipantsUpdated",
  "localVideoStreamsUpdated",
  "localAudioStreamsUpdated",
  "remoteAudioStreamsUpdated",
  "roleChanged",
  "mutedByOthers",
  "callerInfoChanged",
  "transferorInfoChanged",
];

export interface CallSetup {
  agent: AgentContext;
  /** Who called, if this call is incoming. */
  caller?: CallUser;
  isMeeting: boolean;
  threadId?: string | undefined;
  muted: boolean;
  camera?: EmulatedLocalVideoStream | undefined;
  sound?: EmulatedLocalAudioStream | undefined;
  /** The message that starts the call on the service. */
  place(leg: string, media: Media): ClientMessage;
}

export abstract class CallCore extends Emitter {
  readonly leg = crypto.randomUUID();
  id: string = this.leg;
  state: Sdk.CallState = "None";
  callEndReason: Sdk.CallEndReason | undefined;
  role: Sdk.ParticipantRole = "Unknown";
  snapshot: CallSnapshot | undefined;
  /** Events for the features of the call. */
  readonly signals = new Emitter("Call", ["snapshot", "sample", "ended"]);
  readonly ended: Promise<void>;
  protected readonly setup: CallSetup;
  protected readonly agent: AgentContext;
  protected readonly media: LocalMedia;
  protected readonly emulatedLobby: EmulatedLobby;
  protected readonly mesh = new Mesh({
    send: (to, signal) => this.agent.send({ type: "signal", leg: this.leg, to, signal }),
    sampled: () => this.signals.emit("sample"),
    audioStarted: () => this.emit("remoteAudioStreamsUpdated", { added: [this.mesh.audio], removed: [] }),
  });
  protected readonly roster = new Roster({
    changed: (change) => this.emit("remoteParticipantsUpdated", change),
    mute: ({ id }) =>
      this.agent.request((request) => ({ type: "mute-others", leg: this.leg, participants: [id], request })),
  });
  readonly #stopWatching: () => void;
  #placed = false;
  #continueTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(setup: CallSetup) {
    super("TeamsCall", events);
    this.setup = setup;
    this.agent = setup.agent;
    this.media = new LocalMedia(setup.agent.devices, setup.muted, () => this.sendMedia());
    this.emulatedLobby = new EmulatedLobby(this.leg, (message) => this.agent.request(message));
    const { devices } = setup.agent;
    const setSpeaker = () => {
      this.mesh.speaker = devices.selectedSpeaker?.id;
    };
    setSpeaker();
    this.#stopWatching = devices.watch("selectedSpeakerChanged", setSpeaker);
    this.ended = new Promise((resolve) => this.signals.on("ended", resolve));
    void this.#place();
  }

  /** Whether the service knows this call. */
  get isPlaced(): boolean {
    return this.#placed && !this.isOver;
  }

  get isOver(): boolean {
    return this.state.startsWith("Disconnect");
  }

  protected setState(state: Sdk.CallState): void {
    if (state === this.state) return;
    this.state = state;
    this.emit("stateChanged");
  }

  /** Opens the devices first: browsers tell others their addresses only after the user allowed a device. */
  async #place(): Promise<void> {
    const { camera, sound, place } = this.setup;
    // After the caller of the SDK had the chance to listen.
    await Promise.resolve();
    this.setState("Connecting");
    this.media.custom = sound;
    await Promise.allSettled([this.media.openMicrophone(), camera && this.beginVideo("camera", camera)]);
    if (this.isOver) return;
    // 490/4502: the network connection failed, as Microsoft documents it.
    if (!this.agent.isConnected()) return this.end({ code: 490, subCode: 4502 });
    this.#placed = true;
    this.agent.send(place(this.leg, this.media.media));
  }

  /** Tells everyone what is sent now. */
  protected sendMedia(): void {
    if (this.isOver) return;
    this.mesh.setOutgoing(this.media.outgoing);
    if (this.#placed) this.agent.send({ type: "media", leg: this.leg, media: this.media.media });
  }

  protected async beginVideo(line: "camera" | "screen", stream: EmulatedLocalVideoStream): Promise<void> {
    await this.media.startVideo(line, stream);
    if (this.media.video(line) !== stream) return;
    this.emit("localVideoStreamsUpdated", { added: [stream], removed: [] });
    this.emit(line === "camera" ? "isLocalVideoStartedChanged" : "isScreenSharingOnChanged");
  }

  protected endVideo(line: "camera" | "screen"): void {
    const stream = this.media.video(line);
    if (stream === undefined) return;
    this.media.stopVideo(line);
    this.emit("localVideoStreamsUpdated", { added: [], removed: [stream] });
    this.emit(line === "camera" ? "isLocalVideoStartedChanged" : "isScreenSharingOnChanged");
  }

  /** Processes a message of the service about this call. */
  receive(message: ServiceMessage): void {
    if (message.type === "ended") this.end(message);
    else if (this.isOver) return;
    else if (message.type === "call") this.#update(message.call);
    else if (message.type === "signal") this.mesh.receive(message.from, message.signal);
    else if (message.type === "muted-by-other") this.#muteByOther();
  }

  #update(snapshot: CallSnapshot): void {
    clearTimeout(this.#continueTimer);
    this.snapshot = snapshot;
    if (this.id !== snapshot.callId) {
      this.id = snapshot.callId;
      this.emit("idChanged");
    }
    if (this.role !== snapshot.role) {
      this.role = snapshot.role;
      this.emit("roleChanged");
    }
    this.refreshState();
    this.roster.update(snapshot.participants);
    this.emulatedLobby.update(snapshot.lobby);
    // Again, because the other side of a call with two can be on hold.
    this.refreshState();
    const connected = snapshot.state === "Connected";
    this.mesh.update(
      snapshot.self,
      connected ? this.roster.list.filter(({ state }) => state === "Connected" || state === "Hold") : [],
    );
    this.signals.emit("snapshot");
  }

  protected refreshState(): void {
    if (this.snapshot === undefined || this.isOver) return;
    const { state } = this.snapshot;
    const [other, ...more] = this.roster.list;
    const remoteHold = !this.setup.isMeeting && more.length === 0 && other?.state === "Hold";
    if (state !== "Connected") this.setState(state);
    else if (this.media.held) this.setState("LocalHold");
    else this.setState(remoteHold ? "RemoteHold" : "Connected");
  }

  #muteByOther(): void {
    if (!this.media.muted) {
      this.media.muted = true;
      this.sendMedia();
      this.emit("isMutedChanged");
    }
    this.emit("mutedByOthers");
  }

  /** The connection of the agent was lost or restored. */
  connectionChanged(connected: boolean): void {
    clearTimeout(this.#continueTimer);
    if (!connected || !this.isPlaced) return;
    this.sendMedia();
    // 410/3101: the call dropped due to a network problem.
    this.#continueTimer = setTimeout(() => this.end({ code: 410, subCode: 3101 }), continueTimeoutMs);
  }

  /** Ends this side of the call: first `Disconnecting`, then `Disconnected` with the reason. */
  end({ code, subCode }: EndReason): void {
    if (this.state === "Disconnected") return;
    this.setState("Disconnecting");
    this.release();
    this.callEndReason = { code, subCode };
    this.setState("Disconnected");
    this.signals.emit("ended");
  }

  /** Stops all media. */
  protected release(): void {
    clearTimeout(this.#continueTimer);
    this.#stopWatching();
    this.endVideo("camera");
    this.endVideo("screen");
    this.mesh.close();
    this.media.close();
    this.roster.clear();
    this.emulatedLobby.update([]);
  }
}

// The SDK's TeamsCallAgent: the calls of one Teams user, over one connection to the emulated calling service.
// https://learn.microsoft.com/azure/communication-services/how-tos/cte-calling-sdk/manage-calls
import type { CommunicationIdentifier, CommunicationTokenCredential } from "@azure/communication-common";
import type { CallUser, ClientMessage, EndReason, Media, Meeting, ServiceMessage } from "../calling/protocol.ts";
import { ServiceConnection } from "./base/connection.ts";
import { Emitter } from "./base/emitter.ts";
import { rawIdOf } from "./base/identifiers.ts";
import { CallingError, sdkError } from "./base/sdk-error.ts";
import { asSdk, asSdkList, type Public, type Sdk } from "./base/sdk-types.ts";
import type { AgentContext } from "./call/call-context.ts";
import type { EmulatedDeviceManager } from "./media/device-manager.ts";
import type { EmulatedLocalAudioStream } from "./media/local-audio-stream.ts";
import { callAgentKinds } from "./sdk-enums.ts";
import { EmulatedTeamsCall, localVideo } from "./teams-call.ts";
import { EmulatedTeamsIncomingCall } from "./teams-incoming-call.ts";

/** The users who have an agent in this page, by raw identifier. */
const users = new Set<string>();

/** 496/7: the network was lost and could not be restored. 495/4507: the app provided no valid token. */
const lostNetwork: EndReason = { code: 496, subCode: 7 };
const noToken: EndReason = { code: 495, subCode: 4507 };

/** @throws CallingError 400/40210 */
function meetingOf(locator: Sdk.TeamsMeetingLinkLocator | Sdk.TeamsMeetingIdLocator): Meeting {
  const isComplete =
    "meetingLink" in locator
      ? /^https?:/.test(locator.meetingLink) && URL.canParse(locator.meetingLink)
      : locator.meetingId;
  if (!isComplete) throw sdkError(40210);
  return locator as Meeting;
}

export class EmulatedTeamsCallAgent extends Emitter implements Public<Sdk.TeamsCallAgent>, AgentContext {
  readonly kind = callAgentKinds.TeamsCallAgent;
  connectionState: Sdk.ConnectionState = "Connected";
  #calls: EmulatedTeamsCall[] = [];
  readonly #rings = new Map<string, EmulatedTeamsIncomingCall>();
  #connection!: ServiceConnection;
  self!: CallUser;
  #disposed = false;
  readonly devices: EmulatedDeviceManager;
  readonly #unload = () => this.#leave();

  private constructor(devices: EmulatedDeviceManager) {
    super("TeamsCallAgent", ["incomingCall", "callsUpdated", "connectionStateChanged"]);
    this.devices = devices;
  }

  /**
   * Connects with the token of the credential.
   * @throws CallingError 409/40228 if the user has an agent in this page, and those of {@link ServiceConnection.open}
   */
  static async create(
    credential: CommunicationTokenCredential,
    devices: EmulatedDeviceManager,
  ): Promise<EmulatedTeamsCallAgent> {
    const agent = new EmulatedTeamsCallAgent(devices);
    const { connection, user } = await ServiceConnection.open(credential, {
      onMessage: (message) => agent.#receive(message),
      legs: () => agent.#calls.filter(({ isPlaced }) => isPlaced).map(({ leg }) => leg),
      onLost: () => agent.#setConnected(false, "connectionIssue"),
      onRestored: () => agent.#setConnected(true),
      onEnded: (reason, refused) => agent.#connectionEnded(reason, refused),
    });
    if (users.has(user.rawId)) {
      connection.close();
      throw sdkError(40228);
    }
    users.add(user.rawId);
    agent.#connection = connection;
    agent.self = user;
    addEventListener("pagehide", agent.#unload);
    return agent;
  }

  /** Whether there is a connection to the service. */
  isConnected(): boolean {
    return this.#connection.isOpen;
  }

  send(message: ClientMessage): void {
    this.#connection.send(message);
  }

  request(message: (request: number) => ClientMessage): Promise<void> {
    return this.#connection.request(message);
  }

  get calls(): ReadonlyArray<Sdk.TeamsCall> {
    return asSdkList<Sdk.TeamsCall>(this.#calls);
  }

  join(
    locator: Sdk.TeamsMeetingLinkLocator | Sdk.TeamsMeetingIdLocator,
    options: Sdk.JoinCallOptions = {},
  ): Sdk.TeamsCall {
    const meeting = meetingOf(locator);
    return asSdk<Sdk.TeamsCall>(
      this.#add(options, { isMeeting: true, place: (leg, media) => ({ type: "join", leg, meeting, media }) }),
    );
  }

  startCall(
    participants: CommunicationIdentifier | CommunicationIdentifier[],
    options: Sdk.StartTeamsGroupCallOptions = {},
  ): Sdk.TeamsCall {
    const callees = [participants].flat().map(rawIdOf);
    if (callees.length === 0) throw new CallingError(400, 0, "TeamsCallAgent.startCall: there is nobody to call.");
    if (callees.includes(this.self.rawId.toLowerCase())) throw sdkError(40202);
    return asSdk<Sdk.TeamsCall>(
      this.#add(options, {
        isMeeting: false,
        threadId: options.threadId,
        place: (leg, media) => ({ type: "start", leg, users: callees, media }),
      }),
    );
  }

  #add(
    { audioOptions, videoOptions }: Sdk.JoinCallOptions,
    more: {
      isMeeting: boolean;
      caller?: CallUser;
      threadId?: string | undefined;
      place(leg: string, media: Media): ClientMessage;
    },
  ): EmulatedTeamsCall {
    if (this.#disposed) throw new CallingError(409, 0, "This TeamsCallAgent is disposed.");
    const [camera] = videoOptions?.localVideoStreams ?? [];
    const [sound] = audioOptions?.localAudioStreams ?? [];
    const call = new EmulatedTeamsCall({
      agent: this,
      muted: audioOptions?.muted ?? false,
      camera: camera && localVideo(camera),
      sound: sound as unknown as EmulatedLocalAudioStream | undefined,
      ...more,
    });
    this.#calls = [...this.#calls, call];
    queueMicrotask(() => this.emit("callsUpdated", { added: [call], removed: [] }));
    call.signals.on("ended", () => {
      this.#calls = this.#calls.filter((other) => other !== call);
      this.emit("callsUpdated", { added: [], removed: [call] });
    });
    return call;
  }

  #receive(message: ServiceMessage): void {
    if (message.type === "ring") {
      const { ring, caller, isGroup } = message;
      const incomingCall = new EmulatedTeamsIncomingCall(message, {
        accept: (options) => {
          this.#rings.delete(ring);
          const place = (leg: string, media: Media): ClientMessage => ({ type: "accept", leg, ring, media });
          return this.#add(options, { isMeeting: isGroup, caller, place });
        },
        reject: () => this.#connection.send({ type: "reject", ring }),
      });
      this.#rings.set(ring, incomingCall);
      this.emit("incomingCall", { incomingCall });
    } else if (message.type === "ring-ended") {
      this.#rings.get(message.ring)?.end(message);
      this.#rings.delete(message.ring);
    } else {
      const leg = message.type === "call" ? message.call.leg : "leg" in message ? message.leg : undefined;
      this.#calls.find((call) => call.leg === leg)?.receive(message);
    }
  }

  #setConnected(connected: boolean, reason?: Sdk.ConnectionStateChangedReason): void {
    const newValue = connected ? "Connected" : "Disconnected";
    const oldValue = this.connectionState;
    if (newValue === oldValue) return;
    this.connectionState = newValue;
    for (const call of this.#calls) call.connectionChanged(connected);
    this.emit("connectionStateChanged", { newValue, oldValue, reason });
  }

  #connectionEnded(reason: Sdk.ConnectionStateChangedReason, refused?: CallingError): void {
    const end = refused === undefined ? lostNetwork : noToken;
    for (const call of [...this.#calls]) call.end(end);
    for (const ring of this.#rings.values()) ring.end(end);
    this.#rings.clear();
    this.#setConnected(false, reason);
  }

  /** Leaves all calls without waiting, because the page is going away. */
  #leave(): void {
    for (const { leg, isPlaced } of this.#calls) {
      if (isPlaced) this.#connection.send({ type: "hang-up", leg, forEveryone: false });
    }
    this.#connection.close();
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await Promise.all(this.#calls.map((call) => call.hangUp()));
    removeEventListener("pagehide", this.#unload);
    users.delete(this.self.rawId);
    this.#connection.close();
    this.#setConnected(false);
  }
}

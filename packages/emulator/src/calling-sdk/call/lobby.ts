// The SDK's Lobby of a Teams meeting.
// https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/lobby
import type { CommunicationIdentifier } from "@azure/communication-common";
import type { ClientMessage, Participant } from "../../calling/protocol.ts";
import { Emitter } from "../base/emitter.ts";
import { rawIdOf } from "../base/identifiers.ts";
import { CallingError, notEmulated } from "../base/sdk-error.ts";
import { asSdkList, type Public, type Sdk } from "../base/sdk-types.ts";
import { Roster } from "./roster.ts";

export class EmulatedLobby extends Emitter implements Public<Sdk.Lobby> {
  readonly #leg: string;
  readonly #request: (message: (request: number) => ClientMessage) => Promise<void>;
  readonly #roster = new Roster({
    changed: (change) => this.emit("lobbyParticipantsUpdated", change),
    mute: () => Promise.reject(notEmulated("RemoteParticipant.mute in the lobby")),
  });

  constructor(leg: string, request: (message: (request: number) => ClientMessage) => Promise<void>) {
    super("Lobby", ["lobbyParticipantsUpdated"]);
    this.#leg = leg;
    this.#request = request;
  }

  get participants(): ReadonlyArray<Sdk.RemoteParticipant> {
    return asSdkList<Sdk.RemoteParticipant>(this.#roster.list);
  }

  update(participants: readonly Participant[]): void {
    this.#roster.update(participants);
  }

  #idOf(identifier: CommunicationIdentifier): string {
    const waiting = this.#roster.byRawId(rawIdOf(identifier));
    if (waiting === undefined) throw new CallingError(404, 0, "This participant is not in the lobby.");
    return waiting.id;
  }

  async admit(identifier: CommunicationIdentifier): Promise<void> {
    const participants = [this.#idOf(identifier)];
    await this.#request((request) => ({ type: "admit", leg: this.#leg, participants, request }));
  }

  async reject(identifier: CommunicationIdentifier): Promise<void> {
    const participant = this.#idOf(identifier);
    await this.#request((request) => ({ type: "reject-from-lobby", leg: this.#leg, participant, request }));
  }

  async admitAll(): Promise<Sdk.AdmitAllOperationResult> {
    const successCount = this.#roster.list.length;
    await this.#request((request) => ({ type: "admit", leg: this.#leg, request }));
    return { successCount, failureCount: 0 };
  }
}

// The list of remote participants, or of the lobby, kept up to date with what the service says.
import type { Participant } from "../../calling/protocol.ts";
import { EmulatedRemoteParticipant } from "./remote-participant.ts";

export interface RosterChange {
  added: EmulatedRemoteParticipant[];
  removed: EmulatedRemoteParticipant[];
}

export interface RosterOptions {
  changed(change: RosterChange): void;
  mute(participant: EmulatedRemoteParticipant): Promise<void>;
}

export class Roster {
  readonly #options: RosterOptions;
  #list: EmulatedRemoteParticipant[] = [];
  #streams = 1;

  constructor(options: RosterOptions) {
    this.#options = options;
  }

  get list(): readonly EmulatedRemoteParticipant[] {
    return this.#list;
  }

  #create(rawId: string): EmulatedRemoteParticipant {
    const participant = new EmulatedRemoteParticipant(rawId, this.#streams, this.#options.mute);
    this.#streams += 2;
    return participant;
  }

  /** Adds somebody who is being added to the call and whom the service does not list yet. */
  expect(rawId: string): EmulatedRemoteParticipant {
    const participant = this.#create(rawId);
    this.#list = [...this.#list, participant];
    this.#options.changed({ added: [participant], removed: [] });
    return participant;
  }

  byRawId(rawId: string): EmulatedRemoteParticipant | undefined {
    return this.#list.find((participant) => participant.rawId === rawId);
  }

  #known({ id, rawId }: Participant): EmulatedRemoteParticipant | undefined {
    const expected = this.byRawId(rawId);
    return this.#list.find((participant) => participant.id === id) ?? (expected?.id === "" ? expected : undefined);
  }

  update(participants: readonly Participant[]): void {
    const added: EmulatedRemoteParticipant[] = [];
    const current = participants.map((participant) => {
      const known = this.#known(participant);
      const object = known ?? this.#create(participant.rawId);
      if (known === undefined && participant.state !== "Disconnected") added.push(object);
      object.update(participant);
      return object;
    });
    const expected = this.#list.filter(({ id }) => id === "");
    this.#replace([...current.filter(({ state }) => state !== "Disconnected"), ...expected], added);
  }

  /** Removes somebody; with a participant that the service does not list, also before it answers. */
  remove(participant: EmulatedRemoteParticipant, reason: { code: number; subCode: number }): void {
    participant.end(reason);
    this.#replace(
      this.#list.filter((other) => other !== participant),
      [],
    );
  }

  clear(): void {
    this.#replace([], []);
  }

  #replace(list: EmulatedRemoteParticipant[], added: EmulatedRemoteParticipant[]): void {
    const removed = this.#list.filter((participant) => !list.includes(participant));
    this.#list = list;
    for (const participant of removed) participant.end();
    if (added.length + removed.length > 0) this.#options.changed({ added, removed });
  }
}

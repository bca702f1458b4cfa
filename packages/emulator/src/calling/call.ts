// A call: who is in it and what each participant sees of it.
import { randomUUID } from "node:crypto";
import type { Agent } from "./agent.ts";
import type { CallSnapshot, CallUser, EndReason, Media, Participant, Role } from "./protocol.ts";

/** What a participant sends who has not answered yet, and what an emulated one sends. */
export const silent: Media = { muted: true, video: false, screen: false, held: false };

/** One participation in a call. */
export interface Member {
  readonly id: string;
  readonly user: CallUser;
  state: Participant["state"];
  role: Role;
  media: Media;
  /** When the participant came, by the emulator's clock in milliseconds. */
  readonly since: number;
  /** When the hand was raised, as a growing number. */
  raisedAt?: number;
  /** Absent while the participant is being called, and for an emulated one. */
  agent?: Agent;
  /** The agent's own ID of its side of the call. */
  leg?: string;
  /** The emulator plays this participant: a phone, or a caller that a test asked for. */
  emulated?: true;
  /** Why the participant is no longer in the call. */
  end?: EndReason;
}

/** A call of two or more, or a meeting. */
export interface Call {
  readonly id: string;
  /** The thread of the meeting; absent for a call from user to user. */
  readonly meetingId?: string;
  /** Whether more than two were called. */
  isGroup: boolean;
  readonly members: Map<string, Member>;
  /** How the rings ended that nobody answered. */
  readonly unanswered: EndReason[];
  recording: boolean;
  transcription: boolean;
}

export function createCall(options: { meetingId?: string; isGroup: boolean }): Call {
  return { id: randomUUID(), members: new Map(), unanswered: [], recording: false, transcription: false, ...options };
}

export function addMember(call: Call, member: Omit<Member, "id">): Member {
  const added = { id: randomUUID(), ...member };
  call.members.set(added.id, added);
  return added;
}

/** Whether the participant may act on others: everyone but attendees and those in the lobby. */
export const mayManage = ({ role, state }: Member): boolean => state === "Connected" && role !== "Attendee";

/** Whether this is a participant and not somebody who is being called. */
export const isPresent = ({ agent, emulated, state }: Member): boolean =>
  state !== "Disconnected" && (agent !== undefined || emulated === true);

/** The place of each raised hand, from 1, by participant. */
function handsOf(call: Call): Map<string, number> {
  const raised = [...call.members.values()].filter(({ raisedAt }) => raisedAt !== undefined);
  raised.sort((a, b) => (a.raisedAt ?? 0) - (b.raisedAt ?? 0));
  return new Map(raised.map(({ id }, index) => [id, index + 1]));
}

function participantOf({ id, user, state, role, media, end }: Member, hands: Map<string, number>): Participant {
  const hand = hands.get(id);
  const { rawId, displayName } = user;
  const shown = { id, rawId, displayName, state, role, media };
  return { ...shown, ...(hand === undefined ? {} : { hand }), ...(end === undefined ? {} : { end }) };
}

/** The call as a participant sees it. From the lobby nobody else can be seen. */
export function snapshotFor(call: Call, self: Member): CallSnapshot {
  const hands = handsOf(call);
  const others = [...call.members.values()].filter(({ id }) => id !== self.id);
  const inCall = self.state === "InLobby" ? [] : others.filter(({ state }) => state !== "InLobby");
  const lobby = mayManage(self) ? others.filter(({ state }) => state === "InLobby") : [];
  const hand = hands.get(self.id);
  return {
    leg: self.leg ?? "",
    callId: call.id,
    self: self.id,
    state: self.state === "Disconnected" ? "Connected" : self.state,
    role: self.role,
    ...(hand === undefined ? {} : { hand }),
    participants: inCall.map((member) => participantOf(member, hands)),
    lobby: lobby.map((member) => participantOf(member, hands)),
    recording: call.recording,
    transcription: call.transcription,
  };
}

/** Shows the call to everyone who is in it. Who left is shown once, with the reason. */
export function announce(call: Call): void {
  for (const member of call.members.values()) {
    if (member.agent && member.leg) member.agent.send({ type: "call", call: snapshotFor(call, member) });
  }
  for (const { id, state } of [...call.members.values()]) if (state === "Disconnected") call.members.delete(id);
}

/** Takes a participant out of the call and tells its agent why. The next announcement shows it to the others. */
export function endMember(call: Call, member: Member, end: EndReason): void {
  if (member.state === "Disconnected") return;
  const wasHidden = member.state === "InLobby";
  member.state = "Disconnected";
  member.end = end;
  delete member.raisedAt;
  if (wasHidden) call.members.delete(member.id);
  const { agent, leg } = member;
  delete member.agent;
  if (agent && leg) {
    agent.legs.delete(leg);
    agent.send({ type: "ended", leg, ...end });
  }
}

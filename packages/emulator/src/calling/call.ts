// A call: who is in it and what each participant sees of it.
import { randomUUID } from "node:crypto";
import type { Agent } from "./agent.ts";
import type { CallSnapshot, CallUser, EndReason, Media, Participant, Role } from "./protocol.ts";

/** What a participant sends who has not answered yet. */
export const silent: Media = { muted: true, video: false, screen: false, held: false };

/** One participation in a call. Without an agent it is a ring that nobody has answered yet, or an emulated participant. */
export interface Member {
  readonly id: string;
  readonly user: CallUser;
  state: Participant["state"];
  role: Role;
  media: Media;
  /** When the hand was raised, as a growing number. */
  raisedAt?: number;
  agent?: Agent;
  /** The agent's own ID of its side of the call. */
  leg?: string;
}

/** A call of two or more, or a meeting. */
export interface Call {
  readonly id: string;
  /** The ID of the meeting; absent for a call from user to user. */
  readonly meetingId?: string;
  /** Whether more than two were called. */
  isGroup: boolean;
  readonly members: Map<string, Member>;
  recording: boolean;
  transcription: boolean;
}

export function createCall(options: { meetingId?: string; isGroup: boolean }): Call {
  return { id: randomUUID(), members: new Map(), recording: false, transcription: false, ...options };
}

export function addMember(call: Call, member: Omit<Member, "id">): Member {
  const added = { id: randomUUID(), ...member };
  call.members.set(added.id, added);
  return added;
}

const mayAdmit = ({ role, state }: Member): boolean => state === "Connected" && role !== "Attendee";

/** The place of each raised hand, from 1, by participant. */
function handsOf(call: Call): Map<string, number> {
  const raised = [...call.members.values()].filter(({ raisedAt }) => raisedAt !== undefined);
  raised.sort((a, b) => (a.raisedAt ?? 0) - (b.raisedAt ?? 0));
  return new Map(raised.map(({ id }, index) => [id, index + 1]));
}

function participantOf({ id, user, state, role, media }: Member, hands: Map<string, number>): Participant {
  const hand = hands.get(id);
  return { id, ...user, state, role, media, ...(hand === undefined ? {} : { hand }) };
}

/** The call as a participant sees it. From the lobby nobody else can be seen. */
export function snapshotFor(call: Call, self: Member): CallSnapshot {
  const hands = handsOf(call);
  const others = [...call.members.values()].filter(({ id }) => id !== self.id);
  const inCall = self.state === "InLobby" ? [] : others.filter(({ state }) => state !== "InLobby");
  const lobby = mayAdmit(self) ? others.filter(({ state }) => state === "InLobby") : [];
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

/** Shows the call to everyone who is in it. */
export function announce(call: Call): void {
  for (const member of call.members.values()) {
    if (member.agent && member.leg) member.agent.send({ type: "call", call: snapshotFor(call, member) });
  }
}

/** Takes a participant out of the call and tells its agent why. */
export function endMember(call: Call, member: Member, end: EndReason): void {
  if (!call.members.delete(member.id)) return;
  if (member.agent && member.leg) {
    member.agent.legs.delete(member.leg);
    member.agent.send({ type: "ended", leg: member.leg, ...end });
  }
}

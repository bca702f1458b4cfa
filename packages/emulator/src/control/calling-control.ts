// What tests do with meetings and calls: the in-process API and the control API call these functions.
import { randomBytes, randomInt } from "node:crypto";
import { addMember, announce, type Call, createCall, isPresent, type Member, silent } from "../calling/call.ts";
import type { EndReason, Participant } from "../calling/protocol.ts";
import { endForEveryone, leave, ringsOf } from "../calling-service/calls.ts";
import { endReasons } from "../calling-service/end-reasons.ts";
import { admit, removeMember } from "../calling-service/in-call.ts";
import { callOfMeeting } from "../calling-service/join-meeting.ts";
import { meetingLink } from "../calling-service/meetings.ts";
import { ringAll, ringOf, unanswered } from "../calling-service/rings.ts";
import type { EmulatorContext } from "../http/context.ts";
import { check } from "../state/schema.ts";
import type { Meeting } from "../state/seed-types.ts";
import { type CallingInput, callingInputs } from "./calling-inputs.ts";
import { findUser, put } from "./directory-entries.ts";

/** A meeting as clients need it. */
export interface MeetingAccess extends Meeting {
  /** The link of an invitation. */
  meetingLink: string;
}

/** Somebody in a call, in a lobby, or being called. */
export interface CallParticipant extends Omit<Participant, "media"> {
  muted: boolean;
  video: boolean;
  screen: boolean;
  held: boolean;
}

/** A live call. */
export interface LiveCall {
  id: string;
  /** The name of the meeting; absent for a call from user to user. */
  meeting?: string;
  recording: boolean;
  transcription: boolean;
  participants: CallParticipant[];
}

/** Who is where. */
export interface CallsNow {
  meetings: MeetingAccess[];
  calls: LiveCall[];
  /** The raw identifiers of users with a connected call agent, once for each agent. */
  connected: string[];
  delayMilliseconds: number;
}

const accessOf = (context: EmulatorContext, meeting: Meeting): MeetingAccess => ({
  ...meeting,
  meetingLink: meetingLink(context.state, meeting),
});

function participantOf({ media, user, id, state, role }: Member): CallParticipant {
  return { id, rawId: user.rawId, displayName: user.displayName, state, role, ...media };
}

/** Lists meetings, live calls with their participants, and connected users. */
export function listCalls(context: EmulatorContext): CallsNow {
  const { calling, state } = context;
  return {
    meetings: state.meetings.map((meeting) => accessOf(context, meeting)),
    calls: [...calling.calls.values()].map((call) => {
      const meeting = state.meetings.find(({ id }) => id === call.meetingId)?.name ?? call.meetingId;
      const { id, recording, transcription } = call;
      const participants = [...call.members.values()].map(participantOf);
      return { id, ...(meeting === undefined ? {} : { meeting }), recording, transcription, participants };
    }),
    connected: [...calling.agents].filter(({ lostAt }) => lostAt === undefined).map(({ user }) => user.rawId),
    delayMilliseconds: calling.delayMs,
  };
}

/** @throws Error that lists the known meetings */
function findMeeting({ state }: EmulatorContext, key: string): Meeting {
  const found = state.meetings.find(({ name, id, meetingId }) => [name, id, meetingId].includes(key));
  if (found) return found;
  throw new Error(`no meeting "${key}"; known: ${state.meetings.map(({ name }) => name).join(", ") || "none"}`);
}

/** @param key the id of a call, or a meeting in which somebody is @throws Error that says that there is none */
function findCall(context: EmulatorContext, key: string): Call {
  const meeting = context.state.meetings.find(({ name, id, meetingId }) => [name, id, meetingId].includes(key));
  const call = meeting ? callOfMeeting(context, meeting) : context.calling.calls.get(key);
  if (call) return call;
  throw new Error(meeting ? `nobody is in the meeting "${key}"` : `no call "${key}"; the action calls lists them`);
}

/** @param key the id of the participant, a raw identifier, or a user by name @throws Error unless exactly one fits */
function findParticipant(context: EmulatorContext, key: string): { call: Call; member: Member } {
  const user = context.state.users.find(({ name, oid, upn }) => [name, oid, upn].includes(key));
  const keys = [key, ...(user ? [`8:orgid:${user.oid}`] : [])];
  const found = [...context.calling.calls.values()].flatMap((call) =>
    [...call.members.values()]
      .filter(({ id, user: { rawId } }) => keys.includes(id) || keys.includes(rawId))
      .map((member) => ({ call, member })),
  );
  const [first, second] = found;
  if (!first) throw new Error(`no participant "${key}"; the action calls lists them`);
  if (second)
    throw new Error(`"${key}" takes part more than once; use the id of one participant from the action calls`);
  return first;
}

const newPasscode = (): string => randomBytes(4).toString("base64url").slice(0, 6);
const MEETING_ID_FROM = 200_000_000_000;
const MEETING_ID_TO = 299_999_999_999;

/** @throws Error if an option is invalid, the organizer is unknown, or the name or the id is taken */
export function createMeeting(context: EmulatorContext, options: CallingInput["create-meeting"]): MeetingAccess {
  check(callingInputs["create-meeting"], options);
  const { state } = context;
  const { organizer, ...members } = options;
  const taken = state.meetings.find(({ name }) => name === options.name);
  if (taken) throw new Error(`name "${options.name}" is taken by another meeting`);
  const meeting: Meeting = {
    id: `19:meeting_${randomBytes(16).toString("base64url")}@thread.v2`,
    organizerOid: findUser(state, organizer).oid,
    meetingId: String(randomInt(MEETING_ID_FROM, MEETING_ID_TO)),
    passcode: newPasscode(),
    lobbyBypass: "organization",
    ...members,
  };
  put(state, "meetings", { ...meeting });
  return accessOf(context, meeting);
}

/** Ends the meeting for everyone; it can be joined again. @throws Error if the meeting is unknown */
export function endMeeting(context: EmulatorContext, options: CallingInput["end-meeting"]): void {
  check(callingInputs["end-meeting"], options);
  const call = callOfMeeting(context, findMeeting(context, options.meeting));
  if (call) endForEveryone(context, call, endReasons.endedForEveryone);
}

/** Admits one participant from a lobby, or all of a call. @returns how many @throws Error if nobody waits */
export function admitParticipant(context: EmulatorContext, options: CallingInput["admit-participant"]): number {
  check(callingInputs["admit-participant"], options);
  if ((options.call === undefined) === (options.participant === undefined)) {
    throw new Error("admit-participant needs either call, for everyone in its lobby, or participant");
  }
  if (options.call !== undefined) return admit(context, findCall(context, options.call));
  const { call, member } = findParticipant(context, options.participant ?? "");
  if (member.state !== "InLobby") throw new Error(`"${options.participant}" is not in a lobby but ${member.state}`);
  return admit(context, call, [member.id]);
}

/** Takes a participant out of a call, a lobby, or a ring. @throws Error if there is none */
export function removeParticipant(context: EmulatorContext, options: CallingInput["remove-participant"]): void {
  check(callingInputs["remove-participant"], options);
  const { call, member } = findParticipant(context, options.participant);
  removeMember(context, call, member);
}

/** An emulated caller rings a user. @returns the id of the call @throws Error if the user has no connected call agent */
export function ringUser(context: EmulatorContext, options: CallingInput["ring-user"]): string {
  check(callingInputs["ring-user"], options);
  const { calling, clock, state } = context;
  const { displayName, oid } = findUser(state, options.user);
  const rawId = `8:orgid:${oid}`;
  if (![...calling.agents].some(({ user }) => user.rawId === rawId)) {
    throw new Error(`${displayName} has no connected call agent, so nothing would ring`);
  }
  const { callerName = "Emulated caller", callerId = "4:+14255550100" } = options;
  const caller = { rawId: callerId, displayName: callerName };
  const call = createCall({ isGroup: false });
  calling.calls.set(call.id, call);
  const since = clock.now();
  addMember(call, { user: caller, state: "Ringing", role: "Unknown", media: silent, since, emulated: true });
  ringAll(context, call, [rawId], caller);
  return call.id;
}

/** Ends a call, for one participant or for all, with any code. @throws Error if there is no such call or participant */
export function endCall(context: EmulatorContext, options: CallingInput["end-call"]): void {
  check(callingInputs["end-call"], options);
  if ((options.call === undefined) === (options.participant === undefined)) {
    throw new Error("end-call needs either call, for all participants, or participant");
  }
  const reason: EndReason = { code: options.code, subCode: options.subCode };
  if (options.call !== undefined) {
    endForEveryone(context, findCall(context, options.call), reason);
    return;
  }
  const { call, member } = findParticipant(context, options.participant ?? "");
  const ringing = ringOf(context, call, member.id);
  if (ringing) unanswered(context, ringing, reason);
  else leave(context, call, member, reason);
}

/** Turns recording and transcription on or off. @throws Error if there is no such call */
export function changeCall(context: EmulatorContext, options: CallingInput["change-call"]): void {
  check(callingInputs["change-call"], options);
  const { call: key, ...flags } = options;
  const call = findCall(context, key);
  Object.assign(call, flags);
  announce(call);
}

/** Breaks the connections of a user, and refuses new ones for a time. @throws Error if the user is unknown */
export function dropNetwork(context: EmulatorContext, options: CallingInput["drop-network"]): void {
  check(callingInputs["drop-network"], options);
  const { calling, clock, state } = context;
  const rawId = `8:orgid:${findUser(state, options.user).oid}`;
  calling.offlineUntil.set(rawId, clock.now() + options.seconds * 1000);
  for (const agent of calling.agents) {
    if (agent.user.rawId !== rawId) continue;
    agent.lostAt ??= clock.now();
    agent.drop();
  }
}

/** Sends each message to call agents later. @throws Error if the time is invalid */
export function delaySignalling(context: EmulatorContext, options: CallingInput["delay-signalling"]): void {
  check(callingInputs["delay-signalling"], options);
  context.calling.delayMs = options.milliseconds;
}

/** How many are in a call, in its lobby, and being called. */
export function countParticipants(
  context: EmulatorContext,
  call: Call,
): { present: number; lobby: number; ringing: number } {
  const members = [...call.members.values()];
  const lobby = members.filter(({ state }) => state === "InLobby").length;
  return { present: members.filter(isPresent).length - lobby, lobby, ringing: ringsOf(context, call).length };
}

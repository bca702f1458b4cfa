// Calling somebody: all agents of the user ring until one answers, the user declines, the caller gives up, or the time is
// over. Two users who call each other at once have two calls that ring; each of them can be answered. That is invented.
import { randomUUID } from "node:crypto";
import type { Agent, Ring } from "../calling/agent.ts";
import { addMember, announce, type Call, createCall, isPresent, silent } from "../calling/call.ts";
import type { CallUser, ClientMessage, EndReason } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";
import { endRing, enter, leave, limits, logCalling, ringsOf, settle, userOf } from "./calls.ts";
import { endReasons } from "./end-reasons.ts";
import { meetingOf, roleOf } from "./meetings.ts";

type Message<Type extends ClientMessage["type"]> = Extract<ClientMessage, { type: Type }>;

const phoneNumber = /^4:\+\d{5,15}$/;

function tell(agent: Agent, { id, call, caller }: Ring): void {
  const { rawId, displayName } = caller;
  agent.send({ type: "ring", ring: id, callId: call.id, caller: { rawId, displayName }, isGroup: call.isGroup });
}

/** Rings a user, or a phone, which the emulator plays. */
function ring(context: EmulatorContext, call: Call, rawId: string, caller: CallUser): Ring {
  const { calling, clock, state } = context;
  const meeting = meetingOf(state, call);
  const since = clock.now();
  const user = userOf(context, rawId);
  const member = addMember(call, { user, state: "Ringing", role: roleOf(state, meeting, rawId), media: silent, since });
  const agents = new Set([...calling.agents].filter((agent) => agent.user.rawId === rawId));
  const isPhone = phoneNumber.test(rawId);
  const made: Ring = { id: randomUUID(), call, member, caller, agents, startedAt: since, isPhone };
  calling.rings.set(made.id, made);
  logCalling(context, "ring", `${caller.displayName} calls ${user.displayName}`);
  for (const agent of agents) tell(agent, made);
  return made;
}

/** Rings several users. Who is offline is known at once, but only after all others ring: the call must not end before. */
export function ringAll(context: EmulatorContext, call: Call, rawIds: readonly string[], caller: CallUser): void {
  const rings = rawIds.map((rawId) => ring(context, call, rawId, caller));
  const offline = rings.filter(({ agents, isPhone }) => agents.size === 0 && !isPhone);
  for (const one of offline) unanswered(context, one, endReasons.offline);
  settle(context, call, endReasons.otherSideLeft);
}

/** Rings an agent that connects while its user is being called. */
export function ringNewAgent({ calling }: EmulatorContext, agent: Agent): void {
  for (const one of calling.rings.values()) {
    if (one.member.user.rawId !== agent.user.rawId) continue;
    one.agents.add(agent);
    delete one.unheardSince;
    tell(agent, one);
  }
}

/** The reason that the caller gets: "declined by all" if several were called and each of them declined. */
function reasonForCaller({ isGroup, unanswered: reasons }: Call, last: EndReason): EndReason {
  const isDeclined = ({ code }: EndReason) => code === endReasons.declined.code;
  return isGroup && reasons.length > 1 && reasons.every(isDeclined) ? endReasons.declinedByAll : last;
}

/** A ring that nobody answers. If it was the last one, the caller learns the reason; otherwise the call goes on. */
export function unanswered(context: EmulatorContext, missed: Ring, reason: EndReason): void {
  const { call, member } = missed;
  endRing(context, missed, reason);
  call.unanswered.push(reason);
  leave(context, call, member, reason, reasonForCaller(call, reason));
}

/** Starts a call to one or more users. */
export function start(context: EmulatorContext, agent: Agent, { leg, users, media }: Message<"start">): void {
  const { rawId, displayName } = agent.user;
  const callees = [...new Set(users)].filter((user) => user !== rawId);
  if (callees.length === 0) {
    agent.send({ type: "ended", leg, ...endReasons.ownNumber });
    return;
  }
  const call = createCall({ isGroup: callees.length > 1 });
  const user = { rawId, displayName };
  const self = addMember(call, { user, state: "Ringing", role: "Unknown", media, since: context.clock.now() });
  enter(context, agent, leg, call, self);
  ringAll(context, call, callees, agent.user);
}

/** The callee is in the call now, and so is everyone who waited for an answer. */
function connect(context: EmulatorContext, { call, member }: Ring): void {
  logCalling(context, "accept", member.user.displayName);
  member.state = "Connected";
  for (const other of call.members.values()) {
    if (isPresent(other) && other.state !== "InLobby") other.state = "Connected";
  }
  announce(call);
}

/** Answers a ring on one agent; it ends on the others. */
export function accept(context: EmulatorContext, agent: Agent, { leg, ring: id, media }: Message<"accept">): void {
  const answered = context.calling.rings.get(id);
  if (!answered?.agents.has(agent)) {
    agent.send({ type: "ended", leg, ...endReasons.answeredElsewhere });
    return;
  }
  endRing(context, answered, endReasons.answeredElsewhere, agent);
  answered.member.media = media;
  enter(context, agent, leg, answered.call, answered.member);
  connect(context, answered);
}

export function reject(context: EmulatorContext, agent: Agent, { ring: id }: Message<"reject">): void {
  const declined = context.calling.rings.get(id);
  if (declined?.agents.has(agent)) unanswered(context, declined, endReasons.declined);
}

/** An emulated phone answers. */
export function answerPhone(context: EmulatorContext, ringing: Ring): void {
  endRing(context, ringing, endReasons.answeredElsewhere);
  ringing.member.emulated = true;
  connect(context, ringing);
}

/** Adds a user to a call. @returns why this is not possible, if it is not */
export function add(context: EmulatorContext, call: Call, rawId: string, caller: CallUser): string | undefined {
  const members = [...call.members.values()];
  if (members.some(({ user }) => user.rawId === rawId)) return "This user is in the call already.";
  if (members.length >= limits.participants) return `A call has at most ${limits.participants} participants.`;
  call.isGroup = true;
  ringAll(context, call, [rawId], caller);
  return undefined;
}

/** The ring of a participant who has not answered yet. */
export const ringOf = (context: EmulatorContext, call: Call, memberId: string): Ring | undefined =>
  ringsOf(context, call).find(({ member }) => member.id === memberId);

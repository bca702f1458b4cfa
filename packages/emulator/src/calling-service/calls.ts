// How participants enter and leave calls, and when a call is over.
import type { Agent, Ring } from "../calling/agent.ts";
import { announce, type Call, endMember, isPresent, type Member } from "../calling/call.ts";
import type { CallUser, EndReason } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";
import { endReasons } from "./end-reasons.ts";

/** The most of each. Larger than tests need; they keep memory small. */
export const limits = { connections: 1_000, calls: 1_000, callsOfAgent: 20, participants: 100 };

/** A user as others see them, also one who is not in the directory, or a phone number. */
export function userOf({ state }: EmulatorContext, rawId: string): CallUser {
  const oid = rawId.replace(/^8:orgid:/, "");
  const known = state.users.find((user) => user.oid === oid);
  return { rawId, displayName: known?.displayName ?? rawId.replace(/^4:/, "") };
}

/** Adds what happened to a call to the request log. */
export function logCalling({ log, clock }: EmulatorContext, what: string, asked: string, end?: EndReason): void {
  const time = new Date(clock.now()).toISOString();
  const reason = end === undefined ? {} : { reason: `${end.code}/${end.subCode}` };
  log.add({ time, operation: "calling", method: what, path: "/calling", status: end?.code || 200, asked, ...reason });
}

/** Connects a participant with an agent's side of the call. */
export function enter({ calling }: EmulatorContext, agent: Agent, leg: string, call: Call, member: Member): void {
  member.agent = agent;
  member.leg = leg;
  agent.legs.set(leg, { call, member });
  calling.calls.set(call.id, call);
}

/** Ends a ring on the agents of the callee. */
export function endRing({ calling }: EmulatorContext, ring: Ring, reason: EndReason, except?: Agent): void {
  if (!calling.rings.delete(ring.id)) return;
  for (const agent of ring.agents) {
    if (agent !== except) agent.send({ type: "ring-ended", ring: ring.id, ...reason });
  }
}

export const ringsOf = ({ calling }: EmulatorContext, call: Call): Ring[] =>
  [...calling.rings.values()].filter((ring) => ring.call === call);

/** Ends what cannot go on: rings of a call without participants, and a call of two of which one is left. */
export function settle(context: EmulatorContext, call: Call, reason: EndReason): void {
  const present = [...call.members.values()].filter(isPresent);
  const rings = ringsOf(context, call);
  const isAlone = call.meetingId === undefined && present.length + rings.length < 2;
  // A call in which nobody is left but those whom the emulator plays is over too, unless it still rings.
  const isEmpty = !present.some(({ agent }) => agent) && (present.length === 0 || rings.length === 0);
  if (!isAlone && !isEmpty) {
    announce(call);
    return;
  }
  for (const ring of rings) endRing(context, ring, endReasons.cancelled);
  for (const member of present) endMember(call, member, reason);
  call.members.clear();
  context.calling.calls.delete(call.id);
}

/**
 * Takes a participant out of the call.
 * @param forOthers why the call ends for the last one, if it does
 */
export function leave(
  context: EmulatorContext,
  call: Call,
  member: Member,
  reason: EndReason,
  forOthers: EndReason = endReasons.otherSideLeft,
): void {
  logCalling(context, "end", member.user.displayName, reason);
  endMember(call, member, reason);
  settle(context, call, forOthers);
}

/** Takes everybody out of the call. */
export function endForEveryone(context: EmulatorContext, call: Call, reason: EndReason): void {
  for (const member of [...call.members.values()].filter(isPresent)) {
    logCalling(context, "end", member.user.displayName, reason);
    endMember(call, member, reason);
  }
  settle(context, call, reason);
}

/** Ends all calls and connections, because their tokens are no longer known. */
export function resetCalling(context: EmulatorContext): void {
  const { calling } = context;
  for (const call of [...calling.calls.values()]) endForEveryone(context, call, endReasons.tokenInvalid);
  for (const agent of calling.agents) agent.refuse(endReasons.tokenInvalid, "The emulator was reset.");
  calling.agents.clear();
  calling.offlineUntil.clear();
  calling.delayMs = 0;
}

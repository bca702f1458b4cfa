// What a participant does in a call, and what those who may manage the call do to others.
import type { Agent } from "../calling/agent.ts";
import { announce, type Call, isPresent, type Member, mayManage } from "../calling/call.ts";
import type { ClientMessage } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";
import { endForEveryone, leave, logCalling } from "./calls.ts";
import { endReasons } from "./end-reasons.ts";
import { add, ringOf, unanswered } from "./rings.ts";

/** An agent's side of a call. */
export interface InCall {
  agent: Agent;
  call: Call;
  member: Member;
}

type Message<Type extends ClientMessage["type"]> = Extract<ClientMessage, { type: Type }>;

/** Admits from the lobby. @param ids the participants. Default: everyone @returns how many were admitted */
export function admit(context: EmulatorContext, call: Call, ids?: readonly string[]): number {
  const waiting = [...call.members.values()].filter(({ id, state }) => {
    return state === "InLobby" && (ids === undefined || ids.includes(id));
  });
  for (const member of waiting) {
    member.state = "Connected";
    logCalling(context, "admit", member.user.displayName);
  }
  announce(call);
  return waiting.length;
}

/** Takes out a participant, who may be in the call, in the lobby, or being called. */
export function removeMember(context: EmulatorContext, call: Call, member: Member): void {
  const ringing = ringOf(context, call, member.id);
  if (ringing) unanswered(context, ringing, endReasons.cancelled);
  else leave(context, call, member, member.state === "InLobby" ? endReasons.deniedInLobby : endReasons.removed);
}

function muteOthers({ call, member: self }: InCall, ids: readonly string[] | undefined): void {
  for (const member of call.members.values()) {
    if (member === self || member.media.muted || (ids !== undefined && !ids.includes(member.id))) continue;
    if (member.agent && member.leg) member.agent.send({ type: "muted-by-other", leg: member.leg });
    member.media = { ...member.media, muted: true };
  }
  announce(call);
}

/** Attendees lower only their own hand. */
function lowerHands({ call, member: self }: InCall, ids: readonly string[] | undefined): void {
  for (const member of call.members.values()) {
    const isMeant = ids === undefined || ids.includes(member.id);
    if (isMeant && (member === self || mayManage(self))) delete member.raisedAt;
  }
  announce(call);
}

function hangUp(context: EmulatorContext, { call, member }: InCall, { forEveryone }: Message<"hang-up">): void {
  if (forEveryone && mayManage(member)) endForEveryone(context, call, endReasons.endedForEveryone);
  else leave(context, call, member, member.state === "Ringing" ? endReasons.cancelled : endReasons.left);
}

function signal({ call, member }: InCall, { to: id, signal: content }: Message<"signal">): void {
  const to = call.members.get(id);
  if (member.state !== "Connected" || to?.state !== "Connected" || !to.agent || !to.leg) return;
  to.agent.send({ type: "signal", leg: to.leg, from: member.id, signal: content });
}

/** Messages that act on others. @returns why it failed, if it did */
function manage(
  context: EmulatorContext,
  inCall: InCall,
  message: Message<"admit" | "reject-from-lobby" | "add" | "remove" | "mute-others">,
): { code: number; subCode: number; message: string } | undefined {
  const { agent, call, member: self } = inCall;
  const failed = (code: number, text: string) => ({ code, subCode: 0, message: text });
  if (!mayManage(self)) return failed(403, "This role may not do this in this meeting.");
  if (message.type === "admit") return void admit(context, call, message.participants);
  if (message.type === "mute-others") return void muteOthers(inCall, message.participants);
  if (message.type === "add") {
    const problem = add(context, call, message.user, agent.user);
    return problem === undefined ? undefined : failed(400, problem);
  }
  const other = call.members.get(message.participant);
  const isHere = other !== undefined && (message.type === "remove" || other.state === "InLobby");
  if (!isHere) return failed(404, "There is no such participant.");
  return void removeMember(context, call, other);
}

/** Processes a message about a call that the agent is in. */
export function receivedInCall(context: EmulatorContext, inCall: InCall, message: ClientMessage): void {
  const { agent, call, member } = inCall;
  switch (message.type) {
    case "hang-up":
      hangUp(context, inCall, message);
      break;
    case "media":
      member.media = message.media;
      announce(call);
      break;
    case "hand":
      if (!message.raised) delete member.raisedAt;
      else if (isPresent(member)) member.raisedAt ??= ++context.calling.hands;
      announce(call);
      break;
    case "lower-hands":
      lowerHands(inCall, message.participants);
      break;
    case "signal":
      signal(inCall, message);
      break;
    case "admit":
    case "reject-from-lobby":
    case "add":
    case "remove":
    case "mute-others": {
      const error = manage(context, inCall, message);
      const { request } = message;
      if (request !== undefined) agent.send({ type: "result", request, ...(error === undefined ? {} : { error }) });
      break;
    }
    default:
      break;
  }
}

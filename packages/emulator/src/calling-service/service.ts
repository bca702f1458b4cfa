// The emulated calling service: it keeps agents, calls and rings, and passes on what WebRTC needs. The media goes from
// browser to browser.
import { randomUUID } from "node:crypto";
import type { Agent, CallingUser, Ring } from "../calling/agent.ts";
import { addMember, announce, type Call, createCall, endMember, type Member, silent } from "../calling/call.ts";
import type { CallUser, ClientMessage, EndReason, Media } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";
import { judgeToken } from "./calling-token.ts";
import { endReasons } from "./end-reasons.ts";
import { findMeeting, roleIn, waitsInLobby } from "./meetings.ts";

/** How long a call rings. The documentation says "usually 2 minutes". */
export const RING_SECONDS = 120;

/** Ask for a new token so long before it expires. */
const TOKEN_NOTICE_SECONDS = 600;

/** What the rest of the emulator uses. */
export interface CallingService {
  connected(agent: Agent): void;
  disconnected(agent: Agent): void;
  received(agent: Agent, message: Exclude<ClientMessage, { type: "hello" }>): Promise<void>;
  /** Checks tokens and rings against the emulator's clock and state. */
  checkTime(): Promise<void>;
  /** Ends all calls and connections. */
  endAll(reason: EndReason): void;
}

type Message<Type extends ClientMessage["type"]> = Extract<ClientMessage, { type: Type }>;

export function createCallingService(context: EmulatorContext): CallingService {
  const { agents, calls, rings } = context.calling;

  const agentsOf = (rawId: string) => [...agents].filter(({ user }) => user.rawId === rawId);

  function userOf(rawId: string): CallUser {
    const oid = rawId.replace(/^8:orgid:/, "");
    const known = context.state.users.find((user) => user.oid === oid);
    return { rawId, displayName: known?.displayName ?? rawId.replace(/^4:/, "") };
  }

  function enter(agent: Agent, leg: string, call: Call, member: Member): void {
    member.agent = agent;
    member.leg = leg;
    agent.legs.set(leg, { call, member });
    calls.set(call.id, call);
  }

  function endRing(ring: Ring, reason: EndReason, except?: Agent): void {
    if (!rings.delete(ring.id)) return;
    for (const agent of ring.agents) {
      if (agent !== except) agent.send({ type: "ring-ended", ring: ring.id, ...reason });
    }
  }

  /** Ends what cannot go on: rings of a call without participants, and a call of two of which one is left. */
  function settle(call: Call, reason: EndReason): void {
    const connected = [...call.members.values()].filter(({ agent }) => agent !== undefined);
    const ringing = [...rings.values()].filter((ring) => ring.call === call);
    const isOver = connected.length === 0 || (call.meetingId === undefined && connected.length + ringing.length < 2);
    if (isOver) {
      for (const ring of ringing) endRing(ring, endReasons.cancelled);
      for (const member of connected) endMember(call, member, reason);
      calls.delete(call.id);
    } else announce(call);
  }

  function leave(call: Call, member: Member, reason: EndReason, forOthers: EndReason = endReasons.otherSideLeft): void {
    endMember(call, member, reason);
    settle(call, forOthers);
  }

  function ring(call: Call, rawId: string, caller: CallingUser): void {
    const member = addMember(call, { user: userOf(rawId), state: "Ringing", role: "Unknown", media: silent });
    const called = new Set(agentsOf(rawId));
    const made = { id: randomUUID(), call, member, agents: called, startedAt: context.clock.now() };
    rings.set(made.id, made);
    const { displayName } = caller;
    for (const agent of called) {
      const shown = { rawId: caller.rawId, displayName };
      agent.send({ type: "ring", ring: made.id, callId: call.id, caller: shown, isGroup: call.isGroup });
    }
    if (called.size === 0) unanswered(made, endReasons.offline);
  }

  /** A ring that nobody answers. The caller of one user learns the reason; in a group the others go on. */
  function unanswered(ring: Ring, reason: EndReason): void {
    endRing(ring, reason);
    ring.call.members.delete(ring.member.id);
    settle(ring.call, reason);
  }

  function join(agent: Agent, { leg, meeting: locator, media }: Message<"join">): void {
    const meeting = findMeeting(context.state.meetings, locator);
    if (meeting === undefined) return agent.send({ type: "ended", leg, ...endReasons.meetingNotFound });
    if (meeting === "wrong passcode") return agent.send({ type: "ended", leg, ...endReasons.wrongPasscode });
    const call =
      [...calls.values()].find(({ meetingId }) => meetingId === meeting.id) ??
      createCall({ meetingId: meeting.id, isGroup: true });
    const state = waitsInLobby(context.state, meeting, agent.user) ? "InLobby" : "Connected";
    const { rawId, displayName } = agent.user;
    const member = addMember(call, {
      user: { rawId, displayName },
      state,
      role: roleIn(context.state, meeting, agent.user),
      media,
    });
    enter(agent, leg, call, member);
    announce(call);
  }

  function start(agent: Agent, { leg, users, media }: Message<"start">): void {
    const call = createCall({ isGroup: users.length > 1 });
    const { rawId, displayName } = agent.user;
    const self = addMember(call, { user: { rawId, displayName }, state: "Connecting", role: "Unknown", media });
    enter(agent, leg, call, self);
    self.state = "Ringing";
    for (const user of new Set(users)) ring(call, user, agent.user);
    if (calls.has(call.id)) announce(call);
  }

  function accept(agent: Agent, { leg, ring: id, media }: Message<"accept">): void {
    const answered = rings.get(id);
    if (!answered?.agents.has(agent)) return agent.send({ type: "ended", leg, ...endReasons.answeredElsewhere });
    endRing(answered, endReasons.answeredElsewhere, agent);
    const { call, member } = answered;
    member.state = "Connected";
    member.media = media;
    enter(agent, leg, call, member);
    for (const other of call.members.values()) if (other.agent) other.state = "Connected";
    announce(call);
  }

  function reject(agent: Agent, { ring: id }: Message<"reject">): void {
    const declined = rings.get(id);
    if (declined?.agents.has(agent)) unanswered(declined, endReasons.declined);
  }

  function endForEveryone(call: Call, reason: EndReason): void {
    for (const member of [...call.members.values()]) endMember(call, member, reason);
    settle(call, reason);
  }

  type InCall = { call: Call; member: Member };

  const failure = (message: string) => ({ code: 403, subCode: 0, message });

  /** Whether the participant may act on others: everyone but attendees and those in the lobby. */
  const mayManage = ({ member }: InCall) => member.state === "Connected" && member.role !== "Attendee";

  function admit({ call }: InCall, ids: readonly string[] | undefined): void {
    for (const member of call.members.values()) {
      if (member.state === "InLobby" && (ids === undefined || ids.includes(member.id))) member.state = "Connected";
    }
    announce(call);
  }

  function muteOthers({ call, member: self }: InCall, ids: readonly string[] | undefined): void {
    for (const member of call.members.values()) {
      if (member === self || (ids !== undefined && !ids.includes(member.id))) continue;
      if (member.agent && member.leg && !member.media.muted)
        member.agent.send({ type: "muted-by-other", leg: member.leg });
      member.media = { ...member.media, muted: true };
    }
    announce(call);
  }

  function lowerHands({ call }: InCall, ids: readonly string[] | undefined): void {
    for (const member of call.members.values()) {
      if (ids === undefined || ids.includes(member.id)) delete member.raisedAt;
    }
    announce(call);
  }

  function setMedia({ call, member }: InCall, media: Media): void {
    member.media = media;
    announce(call);
  }

  /** Runs an action on others and reports its result. */
  function manage(agent: Agent, inCall: InCall, request: number | undefined, run: () => void): void {
    const isAllowed = mayManage(inCall);
    if (isAllowed) run();
    const error = isAllowed ? {} : { error: failure("This role may not do this in this meeting.") };
    if (request !== undefined) agent.send({ type: "result", request, ...error });
  }

  /** Messages about a call that this agent is in. A call can end while such a message is under way; then it is dropped. */
  function receivedInCall(agent: Agent, message: ClientMessage & { leg: string }, inCall: InCall): void {
    const { call, member } = inCall;
    const other = (id: string) => call.members.get(id);
    switch (message.type) {
      case "hang-up":
        return message.forEveryone && mayManage(inCall)
          ? endForEveryone(call, endReasons.endedForEveryone)
          : leave(call, member, member.state === "Ringing" ? endReasons.cancelled : endReasons.left);
      case "media":
        return setMedia(inCall, message.media);
      case "hand":
        if (!message.raised) delete member.raisedAt;
        else member.raisedAt ??= ++context.calling.hands;
        return announce(call);
      case "lower-hands":
        return lowerHands(inCall, message.participants);
      case "admit":
        return manage(agent, inCall, message.request, () => admit(inCall, message.participants));
      case "reject-from-lobby":
        return manage(agent, inCall, message.request, () => {
          const waiting = other(message.participant);
          if (waiting?.state === "InLobby") leave(call, waiting, endReasons.deniedInLobby);
        });
      case "add":
        return manage(agent, inCall, message.request, () => {
          call.isGroup = true;
          ring(call, message.user, agent.user);
          announce(call);
        });
      case "remove":
        return manage(agent, inCall, message.request, () => {
          const removed = other(message.participant);
          if (!removed) return;
          const ringing = [...rings.values()].find((one) => one.member === removed);
          if (ringing) unanswered(ringing, endReasons.cancelled);
          else leave(call, removed, endReasons.removed);
        });
      case "mute-others":
        return manage(agent, inCall, message.request, () => muteOthers(inCall, message.participants));
      case "signal": {
        const to = other(message.to);
        if (to?.agent && to.leg && to.state === "Connected" && member.state === "Connected") {
          to.agent.send({ type: "signal", leg: to.leg, from: member.id, signal: message.signal });
        }
        return undefined;
      }
      default:
        return undefined;
    }
  }

  async function renew(agent: Agent, token: string): Promise<void> {
    const judged = await judgeToken(context, token);
    if ("refusal" in judged) return;
    if (judged.user.rawId !== agent.user.rawId) return;
    Object.assign(agent, { token, expiresAt: judged.expiresAt, isAsked: false });
  }

  return {
    connected(agent) {
      agents.add(agent);
      const { rawId, displayName, tenantId } = agent.user;
      agent.send({ type: "ready", user: { rawId, displayName, tenantId } });
    },
    disconnected(agent) {
      if (!agents.delete(agent)) return;
      for (const ring of [...rings.values()]) {
        if (ring.agents.delete(agent) && ring.agents.size === 0) unanswered(ring, endReasons.offline);
      }
      for (const { call, member } of [...agent.legs.values()]) leave(call, member, endReasons.vanished);
    },
    async received(agent, message) {
      if (message.type === "token") return renew(agent, message.token);
      if (message.type === "join") return join(agent, message);
      if (message.type === "start") return start(agent, message);
      if (message.type === "accept") return accept(agent, message);
      if (message.type === "reject") return reject(agent, message);
      const inCall = agent.legs.get(message.leg);
      return inCall && receivedInCall(agent, message, inCall);
    },
    async checkTime() {
      for (const ring of [...rings.values()]) {
        if (context.clock.now() - ring.startedAt >= RING_SECONDS * 1000) unanswered(ring, endReasons.notAnswered);
      }
      for (const agent of [...agents]) {
        const judged = await judgeToken(context, agent.token);
        if ("refusal" in judged) {
          const isExpired = judged.refusal.subCode === 40235;
          // An expired token may be replaced: the module is asked first.
          if (isExpired && !agent.isAsked) {
            agent.isAsked = true;
            agent.send({ type: "token-needed" });
          } else if (!isExpired) {
            for (const { call, member } of [...agent.legs.values()]) leave(call, member, endReasons.tokenInvalid);
            agent.refuse(judged.refusal, judged.refusal.message);
          }
        } else if (agent.expiresAt - context.clock.seconds() < TOKEN_NOTICE_SECONDS && !agent.isAsked) {
          agent.isAsked = true;
          agent.send({ type: "token-needed" });
        }
      }
    },
    endAll(reason) {
      for (const call of [...calls.values()]) endForEveryone(call, reason);
      for (const agent of agents) agent.drop();
    },
  };
}

// Call agents come, lose their connection, come back for their calls, renew their token, and go.
import type { Agent } from "../calling/agent.ts";
import { snapshotFor } from "../calling/call.ts";
import type { ClientMessage, EndReason } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";
import { judgeToken } from "./calling-token.ts";
import { leave, limits } from "./calls.ts";
import { endReasons } from "./end-reasons.ts";
import { receivedInCall } from "./in-call.ts";
import { join } from "./join-meeting.ts";
import { accept, reject, ringNewAgent, start } from "./rings.ts";

/** Ends the calls of an agent and forgets it. @param seen why it left, as the others see it */
export function removeAgent(context: EmulatorContext, agent: Agent, seen: EndReason): void {
  const { agents, rings } = context.calling;
  if (!agents.delete(agent)) return;
  for (const ring of rings.values()) {
    if (ring.agents.delete(agent) && ring.agents.size === 0) ring.unheardSince = context.clock.now();
  }
  for (const { call, member } of [...agent.legs.values()]) leave(context, call, member, seen);
}

/** The agent that a new connection continues: it lost its connection, or has the calls that the module asks for. */
function predecessor({ calling }: EmulatorContext, agent: Agent, legs: readonly string[]): Agent | undefined {
  const own = [...calling.agents].filter(({ user }) => user.rawId === agent.user.rawId);
  const withLegs = own.find((other) => legs.some((leg) => other.legs.has(leg)));
  return withLegs ?? own.find(({ lostAt, legs: calls }) => lostAt !== undefined && calls.size === 0);
}

/** Gives the calls and rings of the earlier agent to the new one. */
function continueAgent(context: EmulatorContext, old: Agent, agent: Agent, legs: readonly string[]): void {
  const { rings } = context.calling;
  for (const ring of rings.values()) if (ring.agents.delete(old)) ring.agents.add(agent);
  for (const [leg, { call, member }] of old.legs) {
    if (!legs.includes(leg)) continue;
    old.legs.delete(leg);
    member.agent = agent;
    agent.legs.set(leg, { call, member });
  }
  for (const message of old.missed) agent.send(message);
  removeAgent(context, old, endReasons.vanished);
  old.drop();
}

/** Adds an agent whose token was accepted. @param legs the calls that the module still has */
export function addAgent(context: EmulatorContext, agent: Agent, legs: readonly string[] = []): void {
  const old = predecessor(context, agent, legs);
  context.calling.agents.add(agent);
  const { rawId, displayName, tenantId } = agent.user;
  agent.send({ type: "ready", user: { rawId, displayName, tenantId } });
  if (old) continueAgent(context, old, agent, legs);
  else ringNewAgent(context, agent);
  for (const leg of legs) {
    const inCall = agent.legs.get(leg);
    if (inCall) agent.send({ type: "call", call: snapshotFor(inCall.call, inCall.member) });
    else agent.send({ type: "ended", leg, ...endReasons.dropped });
  }
}

/** The connection broke: the calls wait for the agent for a moment. */
export function loseAgent({ calling, clock }: EmulatorContext, agent: Agent): void {
  if (calling.agents.has(agent)) agent.lostAt ??= clock.now();
}

/** Replaces the token of the agent, if the new one is valid and of the same user. */
async function renew(context: EmulatorContext, agent: Agent, token: string): Promise<void> {
  agent.isRenewing = true;
  const judged = await judgeToken(context, token).finally(() => {
    agent.isRenewing = false;
  });
  if ("refusal" in judged || judged.user.rawId !== agent.user.rawId || token === agent.token) return;
  Object.assign(agent, { token, expiresAt: judged.expiresAt });
  delete agent.askedAt;
  delete agent.expiredAt;
}

/** Starts, joins or accepts a call, unless the agent or the emulator has too many. */
function placed(
  context: EmulatorContext,
  agent: Agent,
  message: Extract<ClientMessage, { type: "join" | "start" | "accept" }>,
): void {
  const { leg } = message;
  const isFull = agent.legs.size >= limits.callsOfAgent || context.calling.calls.size >= limits.calls;
  if (agent.legs.has(leg)) return;
  if (isFull) agent.send({ type: "ended", leg, ...endReasons.full });
  else if (message.type === "join") join(context, agent, message);
  else if (message.type === "start") start(context, agent, message);
  else accept(context, agent, message);
}

/** Processes a message. A call can end while a message about it is under way; such a message changes nothing. */
export async function received(context: EmulatorContext, agent: Agent, message: ClientMessage): Promise<void> {
  if (!context.calling.agents.has(agent)) return;
  switch (message.type) {
    case "hello":
      break;
    case "token":
      await renew(context, agent, message.token);
      break;
    case "join":
    case "start":
    case "accept":
      placed(context, agent, message);
      break;
    case "reject":
      reject(context, agent, message);
      break;
    default: {
      const inCall = agent.legs.get(message.leg);
      if (inCall) receivedInCall(context, { agent, ...inCall }, message);
    }
  }
}

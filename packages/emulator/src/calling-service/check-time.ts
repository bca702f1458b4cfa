// What happens because time passes or a token ends: rings and lobbies time out, phones answer, agents stay away, and
// tokens are asked for or refused.
import { inspectAcsToken } from "../acs/acs-tokens.ts";
import type { Agent } from "../calling/agent.ts";
import type { EmulatorContext } from "../http/context.ts";
import { callingMilliseconds } from "./calling-settings.ts";
import { refusalOf } from "./calling-token.ts";
import { leave } from "./calls.ts";
import { removeAgent } from "./connections.ts";
import { endReasons } from "./end-reasons.ts";
import { answerPhone, unanswered } from "./rings.ts";

/** Ask for a new token so long before it expires. A credential replaces its own token ten minutes before. */
const TOKEN_NOTICE_SECONDS = 300;
/** Ask again after this time, if the module had no newer token. */
const ASK_AGAIN_MILLISECONDS = 30_000;

function checkRings(context: EmulatorContext): void {
  const { calling, clock, state } = context;
  for (const ring of [...calling.rings.values()]) {
    if (!calling.rings.has(ring.id)) continue;
    const now = clock.now();
    const sinceMs = now - ring.startedAt;
    const isUnheard = now - (ring.unheardSince ?? now) >= callingMilliseconds(state, "reconnectSeconds");
    if (ring.isPhone && sinceMs >= callingMilliseconds(state, "phoneAnswerSeconds")) answerPhone(context, ring);
    else if (sinceMs >= callingMilliseconds(state, "ringSeconds")) unanswered(context, ring, endReasons.notAnswered);
    else if (isUnheard) unanswered(context, ring, endReasons.offline);
  }
}

function checkLobbies(context: EmulatorContext): void {
  const { calling, clock, state } = context;
  for (const call of [...calling.calls.values()]) {
    for (const member of [...call.members.values()]) {
      const isOver = clock.now() - member.since >= callingMilliseconds(state, "lobbySeconds");
      if (member.state === "InLobby" && isOver) leave(context, call, member, endReasons.forgottenInLobby);
    }
  }
}

/** Ends the calls of an agent whose token is not accepted any more, and its connection. */
function refuse(context: EmulatorContext, agent: Agent, isExpired: boolean): void {
  const refusal = refusalOf(inspectAcsToken(context, agent.token));
  removeAgent(context, agent, isExpired ? endReasons.tokenNotRenewed : endReasons.tokenInvalid);
  if (refusal) agent.refuse(refusal, refusal.message);
}

function ask({ clock }: EmulatorContext, agent: Agent): void {
  agent.askedAt = clock.now();
  agent.send({ type: "token-needed" });
}

/** Whether the agent was not asked for a token yet, or so long ago that it may have one now. */
const mayAsk = ({ clock }: EmulatorContext, { askedAt }: Agent): boolean =>
  askedAt === undefined || clock.now() - askedAt >= ASK_AGAIN_MILLISECONDS;

/** An expired token may be replaced: the module is asked once more, and has a moment to answer. */
function checkToken(context: EmulatorContext, agent: Agent): void {
  const { clock, state } = context;
  const { active, reason } = inspectAcsToken(context, agent.token);
  if (!active && reason !== "expired") {
    refuse(context, agent, false);
  } else if (!active && agent.expiredAt === undefined) {
    agent.expiredAt = clock.now();
    ask(context, agent);
  } else if (!active) {
    const isOver = clock.now() - (agent.expiredAt ?? 0) >= callingMilliseconds(state, "tokenGraceSeconds");
    if (isOver) refuse(context, agent, true);
  } else if (agent.expiresAt - clock.seconds() < TOKEN_NOTICE_SECONDS && mayAsk(context, agent)) {
    ask(context, agent);
  }
}

function checkAgents(context: EmulatorContext): void {
  const { calling, clock, state } = context;
  for (const agent of [...calling.agents]) {
    const isGone =
      agent.lostAt !== undefined && clock.now() - agent.lostAt >= callingMilliseconds(state, "reconnectSeconds");
    if (isGone) removeAgent(context, agent, endReasons.vanished);
    else if (calling.agents.has(agent) && !agent.isRenewing) checkToken(context, agent);
  }
}

/** Compares tokens, rings, lobbies and lost connections with the emulator's clock and state. */
export function checkTime(context: EmulatorContext): void {
  checkRings(context);
  checkLobbies(context);
  checkAgents(context);
}

// Joining a meeting: by its link, or by its ID and passcode; at once or through the lobby.
import type { Agent } from "../calling/agent.ts";
import { addMember, announce, type Call, createCall } from "../calling/call.ts";
import type { ClientMessage, EndReason, Meeting as Locator } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Meeting } from "../state/seed-types.ts";
import { enter, limits, logCalling } from "./calls.ts";
import { endReasons } from "./end-reasons.ts";
import { findMeeting, roleOf, waitsInLobby } from "./meetings.ts";

/** The live call of a meeting. */
export const callOfMeeting = ({ calling }: EmulatorContext, { id }: Meeting) =>
  [...calling.calls.values()].find(({ meetingId }) => meetingId === id);

type Joinable = { meeting: Meeting; call: Call } | { refusal: EndReason };

function findJoinable(context: EmulatorContext, locator: Locator): Joinable {
  const meeting = findMeeting(context.state.meetings, locator);
  if (meeting === undefined) return { refusal: endReasons.meetingNotFound };
  if (meeting === "wrong passcode") return { refusal: endReasons.wrongPasscode };
  const call = callOfMeeting(context, meeting) ?? createCall({ meetingId: meeting.id, isGroup: true });
  return call.members.size < limits.participants ? { meeting, call } : { refusal: endReasons.full };
}

/** Lets the agent join, or ends its call with the reason. */
export function join(
  context: EmulatorContext,
  agent: Agent,
  { leg, meeting: locator, media }: Extract<ClientMessage, { type: "join" }>,
): void {
  const { state, clock } = context;
  const { rawId, displayName } = agent.user;
  const found = findJoinable(context, locator);
  if ("refusal" in found) {
    logCalling(context, "join", displayName, found.refusal);
    agent.send({ type: "ended", leg, ...found.refusal });
    return;
  }
  const { meeting, call } = found;
  const isWaiting = waitsInLobby(state, meeting, agent.user);
  const member = addMember(call, {
    user: { rawId, displayName },
    state: isWaiting ? "InLobby" : "Connected",
    role: roleOf(state, meeting, rawId),
    media,
    since: clock.now(),
  });
  logCalling(context, "join", `${displayName} joins ${meeting.name}${isWaiting ? " and waits in the lobby" : ""}`);
  enter(context, agent, leg, call, member);
  announce(call);
}

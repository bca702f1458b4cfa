// Meetings: how they are named, found and who waits in their lobby.
import type { CallingUser } from "../calling/agent.ts";
import type { Meeting as Locator, Role } from "../calling/protocol.ts";
import type { Meeting, User } from "../state/seed-types.ts";
import type { State } from "../state/state.ts";

const tenantOf = ({ users }: State, { organizerOid }: Meeting): User["tenantId"] | undefined =>
  users.find(({ oid }) => oid === organizerOid)?.tenantId;

/** The link of a meeting, in the form of an invitation. */
export function meetingLink(state: State, meeting: Meeting): string {
  const { id, organizerOid } = meeting;
  const context = encodeURIComponent(JSON.stringify({ Tid: tenantOf(state, meeting), Oid: organizerOid }));
  return `https://teams.microsoft.com/l/meetup-join/${encodeURIComponent(id)}/0?context=${context}`;
}

/** The thread in a meeting link; `undefined` if it is not one. */
function threadOf(link: string): string | undefined {
  if (!URL.canParse(link)) return undefined;
  const thread = /^\/l\/meetup-join\/([^/]+)\//.exec(new URL(link).pathname)?.[1];
  try {
    return thread === undefined ? undefined : decodeURIComponent(thread);
  } catch {
    return undefined;
  }
}

/** The digits of a short link such as https://teams.microsoft.com/meet/212345678901?p=secret. */
function shortOf(link: string): { meetingId: string; passcode: string } | undefined {
  if (!URL.canParse(link)) return undefined;
  const { pathname, searchParams } = new URL(link);
  const meetingId = /^\/meet\/(\d+)$/.exec(pathname)?.[1];
  return meetingId === undefined ? undefined : { meetingId, passcode: searchParams.get("p") ?? "" };
}

/** Finds a meeting by its link, or by its ID and passcode. */
export function findMeeting(meetings: readonly Meeting[], locator: Locator): Meeting | "wrong passcode" | undefined {
  if ("meetingLink" in locator) {
    const thread = threadOf(locator.meetingLink);
    if (thread !== undefined) return meetings.find(({ id }) => id === thread);
  }
  const short = "meetingLink" in locator ? shortOf(locator.meetingLink) : locator;
  const found = meetings.find(({ meetingId }) => meetingId === short?.meetingId.replaceAll(" ", ""));
  return found && found.passcode !== (short?.passcode ?? "") ? "wrong passcode" : found;
}

/** The meeting of a call; `undefined` for a call from user to user. */
export const meetingOf = ({ meetings }: State, { meetingId }: { meetingId?: string }): Meeting | undefined =>
  meetings.find(({ id }) => id === meetingId);

/** The role in a meeting. A call from user to user has no roles. */
export function roleOf(state: State, meeting: Meeting | undefined, rawId: string): Role {
  if (meeting === undefined) return "Unknown";
  const oid = rawId.replace(/^8:orgid:/, "");
  if (oid === meeting.organizerOid) return "Organizer";
  const tenantId = state.users.find((user) => user.oid === oid)?.tenantId;
  return tenantId !== undefined && tenantId === tenantOf(state, meeting) ? "Presenter" : "Attendee";
}

/** Whether the user waits in the lobby. The organizer never does. */
export function waitsInLobby(state: State, meeting: Meeting, user: CallingUser): boolean {
  if (user.objectId === meeting.organizerOid || meeting.lobbyBypass === "everyone") return false;
  return meeting.lobbyBypass === "organizer" || user.tenantId !== tenantOf(state, meeting);
}

// GET /calling/meetings: the meetings of the emulator, so that a page can offer them. Invented: Microsoft has no such list.
import { inventedHeader } from "../acs/acs-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import { forPages } from "../http/cors.ts";
import { type Answer, headerOf, type Operation, type OperationRequest } from "../http/operation.ts";
import { judgeToken } from "./calling-token.ts";
import { meetingLink } from "./meetings.ts";

async function list(context: EmulatorContext, request: OperationRequest): Promise<Answer> {
  const [, token = ""] = /^Bearer (.+)$/.exec(headerOf(request, "authorization") ?? "") ?? [];
  const judged = await judgeToken(context, token);
  if ("refusal" in judged) {
    const { message, code, subCode } = judged.refusal;
    const error = { code: "EmulatorUnauthorized", message: `${message} The Calling SDK reports ${code}/${subCode}.` };
    return { status: 401, headers: inventedHeader, body: { error }, reason: message };
  }
  // Everybody can ask to join every meeting: people of other tenants wait in the lobby.
  const meetings = context.state.meetings.map((meeting) => ({
    name: meeting.name,
    title: meeting.title ?? meeting.name,
    meetingLink: meetingLink(context.state, meeting),
    meetingId: meeting.meetingId,
    passcode: meeting.passcode,
  }));
  return { status: 200, headers: inventedHeader, body: { meetings }, asked: judged.user.displayName };
}

/** The list, for pages of any origin, and its preflight. */
export const listMeetings: readonly Operation[] = forPages([
  { name: "callingMeetings", method: "GET", path: "/calling/meetings", handle: list },
]);

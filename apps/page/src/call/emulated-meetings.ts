// The meetings of the emulator, so that nobody has to make one first.
import { NetworkError, UnexpectedResponseError } from "@teams-token-exchange/client";

export interface EmulatedMeeting {
  readonly title: string;
  readonly meetingLink: string;
}

const path = "/calling/meetings";

/**
 * Gets the meetings of the emulator at `endpoint` that the user with this ACS token can join: none without a token, as after a
 * sign-out. Throws a {@link NetworkError} or an {@link UnexpectedResponseError}.
 */
export async function fetchEmulatedMeetings(
  endpoint: string,
  acsToken: string | undefined,
): Promise<readonly EmulatedMeeting[]> {
  if (acsToken === undefined) return [];
  let response: Response;
  try {
    const headers = { authorization: `Bearer ${acsToken}` };
    response = await fetch(new URL(path, endpoint), { headers, cache: "no-store", redirect: "error" });
  } catch (error) {
    throw new NetworkError(path, error);
  }
  const body = (await response.json().catch(() => undefined)) as { meetings?: unknown } | undefined;
  if (!response.ok || !Array.isArray(body?.meetings)) throw new UnexpectedResponseError(path, response.status);
  return body.meetings.flatMap((meeting: Partial<Record<"title" | "meetingLink", unknown>> | null) => {
    const { title, meetingLink } = meeting ?? {};
    return typeof meetingLink === "string"
      ? [{ title: typeof title === "string" ? title : "Meeting", meetingLink }]
      : [];
  });
}

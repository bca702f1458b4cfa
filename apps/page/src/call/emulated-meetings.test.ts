import { afterEach, expect, it, vi } from "vitest";
import { fetchEmulatedMeetings } from "./emulated-meetings.ts";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown) {
  const asked = vi.fn(async (_url: URL, _init: RequestInit) => Response.json(body, { status }));
  vi.stubGlobal("fetch", asked);
  return asked;
}

it("lists the meetings that have a link, with the token of the user", async () => {
  const meetingLink = "https://teams.microsoft.com/meet/1?p=2";
  const asked = answer(200, {
    meetings: [{ title: "Daily", meetingLink }, { meetingLink }, { title: "No link" }, null],
  });
  await expect(fetchEmulatedMeetings("http://localhost:9400", "acs")).resolves.toEqual([
    { title: "Daily", meetingLink },
    { title: "Meeting", meetingLink },
  ]);
  expect(String(asked.mock.calls[0]?.[0])).toBe("http://localhost:9400/calling/meetings");
  expect(asked.mock.calls[0]?.[1].headers).toEqual({ authorization: "Bearer acs" });
});

it("asks nobody after a sign-out, when there is no token", async () => {
  const asked = answer(401, {});
  await expect(fetchEmulatedMeetings("http://localhost:9400", undefined)).resolves.toEqual([]);
  expect(asked).not.toHaveBeenCalled();
});

it.each([
  [401, {}],
  [200, { meetings: "none" }],
  [200, undefined],
])("fails after an answer with status %i and body %j", async (status, body) => {
  answer(status, body ?? null);
  await expect(fetchEmulatedMeetings("http://localhost:9400", "acs")).rejects.toMatchObject({
    name: "UnexpectedResponseError",
  });
});

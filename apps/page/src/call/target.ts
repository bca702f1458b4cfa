// What a person wants to call, and whether what they typed can be it. Pure, so that a form can say it while they type.

/** A meeting by its link or by its id and passcode, or one other Teams user by object id. */
export type CallTarget =
  | { readonly kind: "meeting-link"; readonly meetingLink: string }
  | { readonly kind: "meeting-id"; readonly meetingId: string; readonly passcode?: string }
  | { readonly kind: "user"; readonly objectId: string };

export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: string };

const fail = (reason: string) => ({ ok: false, reason }) as const;

/** The hosts of Teams meeting links: public, GCC High and DoD. */
const meetingHosts = new Set([
  "teams.microsoft.com",
  "teams.cloud.microsoft",
  "gov.teams.microsoft.us",
  "dod.teams.microsoft.us",
]);

/** Reads a meeting link as Teams writes it into invitations. */
export function parseMeetingLink(text: string): Parsed<CallTarget> {
  const meetingLink = text.trim();
  if (meetingLink === "") return fail("Enter the link of a Teams meeting.");
  if (!URL.canParse(meetingLink)) return fail("This is no link. It begins with https://teams.microsoft.com/.");
  const url = new URL(meetingLink);
  if (url.hostname === "teams.live.com")
    return fail("This is a personal meeting; those cannot be joined as a work user.");
  if (url.protocol !== "https:" || !meetingHosts.has(url.hostname)) {
    return fail("This is no link to Teams. It begins with https://teams.microsoft.com/.");
  }
  const isShort = /^\/meet\/./.test(url.pathname);
  const isLong = /^\/l\/meetup-join\/./.test(url.pathname);
  // The Calling SDK takes tenant and organiser of a long link out of its context.
  if (isLong && !url.searchParams.has("context")) {
    return fail("This link is cut off: the part from ?context= on is missing.");
  }
  if (!isShort && !isLong) {
    return fail("This link leads to Teams, but not to a meeting. Copy the link behind “Join the meeting”.");
  }
  return { ok: true, value: { kind: "meeting-link", meetingLink } };
}

/** Reads a meeting id, with or without the spaces that Teams writes into it, and a passcode, which may be empty. */
export function parseMeetingId(idText: string, passcodeText: string): Parsed<CallTarget> {
  const meetingId = idText.replaceAll(/\s/g, "");
  const passcode = passcodeText.trim();
  if (meetingId === "") return fail("Enter the meeting id.");
  if (!/^\d{9,16}$/.test(meetingId)) return fail("A meeting id has 9 to 16 digits.");
  return { ok: true, value: { kind: "meeting-id", meetingId, ...(passcode === "" ? {} : { passcode }) } };
}

/** Reads the object id of a user. */
export function parseUser(text: string): Parsed<CallTarget> {
  const objectId = text.trim().toLowerCase();
  if (objectId === "") return fail("Enter the object id of a user.");
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(objectId)) {
    return fail("An object id is a GUID, such as 11111111-2222-3333-4444-555555555555.");
  }
  return { ok: true, value: { kind: "user", objectId } };
}

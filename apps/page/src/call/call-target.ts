// Parses what the user wants to call. Pure functions, so that a form can check the input while the user types.

/** Someone to call: a Teams user by object ID, or a phone number in the format E.164. */
export type Callee =
  | { readonly kind: "user"; readonly objectId: string; readonly name: string }
  | { readonly kind: "phone"; readonly phoneNumber: string };

/** A meeting by its link, a meeting by its ID and passcode, or people. */
export type CallTarget =
  | { readonly kind: "meeting-link"; readonly meetingLink: string }
  | { readonly kind: "meeting-id"; readonly meetingId: string; readonly passcode?: string }
  | { readonly kind: "people"; readonly people: readonly Callee[] };

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

/** Parses a meeting link as it is in invitations. */
export function parseMeetingLink(text: string): Parsed<CallTarget> {
  const meetingLink = text.trim();
  if (meetingLink === "") return fail("Enter the link of a Teams meeting.");
  if (!URL.canParse(meetingLink))
    return fail("That isn't a link. A Teams meeting link starts with https://teams.microsoft.com/.");
  const url = new URL(meetingLink);
  if (url.hostname === "teams.live.com")
    return fail("That's a personal meeting. You cannot join it with a work or school account.");
  if (url.protocol !== "https:" || !meetingHosts.has(url.hostname)) {
    return fail("That isn't a Teams link. A Teams meeting link starts with https://teams.microsoft.com/.");
  }
  const isShort = /^\/meet\/./.test(url.pathname);
  const isLong = /^\/l\/meetup-join\/./.test(url.pathname);
  // The Calling SDK reads tenant and organizer of a long link from its context.
  if (isLong && !url.searchParams.has("context")) {
    return fail("The link is incomplete: the part that starts with ?context= is missing.");
  }
  if (!isShort && !isLong) {
    return fail("That link is not for a meeting. In the invitation, right-click “Join the meeting” and copy the link.");
  }
  return { ok: true, value: { kind: "meeting-link", meetingLink } };
}

/** Parses a meeting ID, with or without spaces, and a passcode, which can be empty. */
export function parseMeetingId(idText: string, passcodeText: string): Parsed<CallTarget> {
  const meetingId = idText.replaceAll(/\s/g, "");
  const passcode = passcodeText.trim();
  if (meetingId === "") return fail("Enter the meeting ID.");
  if (!/^\d{9,16}$/.test(meetingId)) return fail("A meeting ID has 9 to 16 digits.");
  return { ok: true, value: { kind: "meeting-id", meetingId, ...(passcode === "" ? {} : { passcode }) } };
}

/** Parses an object ID, or a phone number with its country code. Spaces and the usual separators in numbers are allowed. */
export function parseCallee(text: string): Parsed<Callee> {
  const trimmed = text.trim().toLowerCase();
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(trimmed)) {
    return { ok: true, value: { kind: "user", objectId: trimmed, name: "" } };
  }
  const phoneNumber = trimmed.replaceAll(/[\s().-]/g, "");
  if (/^\+[1-9]\d{6,14}$/.test(phoneNumber)) return { ok: true, value: { kind: "phone", phoneNumber } };
  if (/^[+\d]+$/.test(phoneNumber)) {
    return fail("A phone number starts with + and the country code, such as +14255550123.");
  }
  return fail("Enter an object ID, such as 11111111-2222-3333-4444-555555555555, or a phone number.");
}

/** What distinguishes people: two callees with the same ID are the same one. */
export const calleeId = (callee: Callee): string => (callee.kind === "user" ? callee.objectId : callee.phoneNumber);

/** The name to show; an ID or a number if the name is not known. */
export const nameOf = (callee: Callee): string => (callee.kind === "user" && callee.name) || calleeId(callee);

/** What to call a call to this target. */
export function titleOf(target: CallTarget): string {
  if (target.kind !== "people") return "The meeting";
  return `The call with ${target.people.map(nameOf).join(", ")}`;
}

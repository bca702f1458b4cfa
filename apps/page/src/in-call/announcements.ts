// What a screen reader says about a call. Compares two moments, so that what was undone in between is not announced, and
// many changes at once become one sentence.
import type { CallSnapshot, Participant } from "../call/calling.ts";

/** More names than this are counted. */
const mostNames = 3;

/**
 * Returns sentences about what is different in `now`; none if there is nothing to say. The phase of the call is not among
 * them, because it is on the screen. Whoever was there before this user did not join, but may wait in the lobby or have a
 * hand up.
 */
export function announcements(before: CallSnapshot, now: CallSnapshot): string[] {
  return [...aboutMe(before, now), ...(isInside(now) ? aboutOthers(before, now) : [])];
}

const isInside = ({ phase }: CallSnapshot) => phase === "connected" || phase === "held";

function aboutMe(before: CallSnapshot, now: CallSnapshot): string[] {
  const said: string[] = [];
  const changed = (name: "cameraOn" | "screenSharing" | "recording" | "transcription", on: string, off: string) => {
    if (before[name] !== now[name]) said.push(now[name] ? on : off);
  };
  if (now.mutedByOther && !before.mutedByOther) said.push("Another participant muted you.");
  else if (before.muted !== now.muted) said.push(now.muted ? "You are muted." : "You are not muted.");
  changed("cameraOn", "Your camera is on.", "Your camera is off.");
  changed("screenSharing", "You are sharing your screen.", "You stopped sharing your screen.");
  if ((before.hand === undefined) !== (now.hand === undefined)) {
    said.push(now.hand === undefined ? "Your hand is down." : "Your hand is raised.");
  }
  changed("recording", "Recording has started.", "Recording has stopped.");
  changed("transcription", "Transcription has started.", "Transcription has stopped.");
  return said;
}

function aboutOthers(before: CallSnapshot, now: CallSnapshot): string[] {
  const said: string[] = [];
  const say = (people: readonly Participant[], one: string, many: string) => {
    if (people.length > 0) said.push(`${names(people)} ${people.length === 1 ? one : many}.`);
  };
  const became = (is: Is) => now.participants.filter((one) => is(one) && !isIn(before.participants, one, is));
  const stopped = (is: Is) =>
    before.participants.filter((one) => is(one) && isIn(now.participants, one, (then) => !is(then)));
  const stillHere = byId(now.participants);

  if (isInside(before)) {
    say(without(now.participants.filter(isHere), byId(before.participants.filter(isHere))), "joined", "joined");
  }
  say(without(before.participants.filter(isHere), stillHere), "left", "left");
  say(without(now.lobby, byId(before.lobby)), "is waiting in the lobby", "are waiting in the lobby");
  say(became(hasScreen), "is sharing a screen", "are sharing a screen");
  say(stopped(hasScreen), "stopped sharing a screen", "stopped sharing a screen");
  say(became(hasHand), "raised a hand", "raised a hand");
  say(became(isHeld), "put the call on hold", "put the call on hold");
  say(stopped(isHeld), "is back from hold", "are back from hold");
  return said;
}

type Is = (participant: Participant) => boolean;

const isHere = ({ waiting }: Participant) => waiting === undefined || waiting === "held";
const isHeld = ({ waiting }: Participant) => waiting === "held";
const hasHand = ({ hand }: Participant) => hand !== undefined;
const hasScreen = ({ videos }: Participant) => videos.some(({ kind }) => kind === "screen");

const byId = (participants: readonly Participant[]) => new Map(participants.map((one) => [one.id, one]));

const without = (participants: readonly Participant[], others: ReadonlyMap<string, Participant>) =>
  participants.filter(({ id }) => !others.has(id));

const isIn = (participants: readonly Participant[], { id }: Participant, is: Is) =>
  participants.some((one) => one.id === id && is(one));

function names(participants: readonly Participant[]): string {
  if (participants.length > mostNames) return `${participants.length} people`;
  return new Intl.ListFormat("en").format(participants.map(({ name }) => name));
}

// The inputs of the actions for meetings and calls, with their schemas.
import { boolean, object, oneOf, optional, type Schema, someText, text, textLike, whole } from "../state/schema.ts";
import { entryMembers } from "../state/seed-schema.ts";
import type { Meeting } from "../state/seed-types.ts";

/** What each action takes. A call is named by its id, or by the name, id or digits of its meeting. */
export interface CallingInput {
  "create-meeting": {
    name: string;
    /** A user by name, object id or sign-in name. */
    organizer: string;
    /** Its subject. Default: the name. */
    title?: string;
    /** 9 to 16 digits. Default: twelve random ones. */
    meetingId?: string;
    /** Empty for none. Default: a random one. */
    passcode?: string;
    /** Who skips the lobby. Default: `organization`. */
    lobbyBypass?: Meeting["lobbyBypass"];
  };
  "end-meeting": { meeting: string };
  /** Either one participant, or everyone in the lobby of a call. */
  "admit-participant": { call?: string; participant?: string };
  "remove-participant": { participant: string };
  "ring-user": {
    user: string;
    /** Default: "Emulated caller". */
    callerName?: string;
    /** A raw identifier. Default: `4:+14255550100`. */
    callerId?: string;
  };
  /** Either one participant, or everyone in a call. */
  "end-call": { call?: string; participant?: string; code: number; subCode: number };
  "change-call": { call: string; recording?: boolean; transcription?: boolean };
  /** `seconds` by the emulator's clock. */
  "drop-network": { user: string; seconds: number };
  /** Real milliseconds; 0 for none. */
  "delay-signalling": { milliseconds: number };
}

const rawId = textLike("a raw identifier, such as 8:orgid:… or 4:+14255550100", /^[\w:+.@-]{3,256}$/);
const MAX_CODE = 999;
const MAX_SUBCODE = 9_999_999;
const DAY_SECONDS = 86_400;
const MINUTE_MILLISECONDS = 60_000;

const input = (members: Record<string, Schema>): Schema => object("the input", members);

export const callingInputs: { readonly [Name in keyof CallingInput]: Schema } = {
  "create-meeting": input({
    name: someText,
    organizer: someText,
    title: optional(someText),
    meetingId: optional(entryMembers.meetings.meetingId),
    passcode: optional(text),
    lobbyBypass: optional(oneOf("everyone", "organization", "organizer")),
  }),
  "end-meeting": input({ meeting: someText }),
  "admit-participant": input({ call: optional(someText), participant: optional(someText) }),
  "remove-participant": input({ participant: someText }),
  "ring-user": input({ user: someText, callerName: optional(someText), callerId: optional(rawId) }),
  "end-call": input({
    call: optional(someText),
    participant: optional(someText),
    code: whole(0, MAX_CODE),
    subCode: whole(0, MAX_SUBCODE),
  }),
  "change-call": input({ call: someText, recording: optional(boolean), transcription: optional(boolean) }),
  "drop-network": input({ user: someText, seconds: whole(0, DAY_SECONDS) }),
  "delay-signalling": input({ milliseconds: whole(0, MINUTE_MILLISECONDS) }),
};

// Reads a message of the module and checks its shape.

import type { ClientMessage } from "../calling/protocol.ts";
import {
  anyObject,
  boolean,
  check,
  list,
  object,
  optional,
  rule,
  type Schema,
  someText,
  text,
} from "../state/schema.ts";

const leg = rule("an ID", (value) => typeof value === "string" && /^[\w-]{1,64}$/.test(value));
const number = rule("a whole number", Number.isSafeInteger);
const MAX_USERS = 50;
const users: Schema = rule(`a list of 1 to ${MAX_USERS} raw identifiers`, (value) => {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MAX_USERS &&
    value.every((one) => typeof one === "string" && /^[\w:+.@-]{3,256}$/.test(one))
  );
});
const user = rule("a raw identifier", (value) => typeof value === "string" && /^[\w:+.@-]{3,256}$/.test(value));
const media = object("media", { muted: boolean, video: boolean, screen: boolean, held: boolean });

const meeting: Schema = {
  optional: false,
  problem: (value, path) =>
    object("a meeting", { meetingLink: someText }).problem(value, path) === undefined
      ? undefined
      : object("a meeting", { meetingId: someText, passcode: optional(text) }).problem(value, path),
};

/** The members of each message besides `type`. */
const messages: { readonly [Type in ClientMessage["type"]]: Record<string, Schema> } = {
  hello: { token: someText, legs: optional(list(leg)) },
  token: { token: someText },
  join: { leg, meeting, media },
  start: { leg, users, media },
  accept: { leg, ring: leg, media },
  reject: { ring: leg },
  "hang-up": { leg, forEveryone: boolean },
  media: { leg, media },
  hand: { leg, raised: boolean },
  "lower-hands": { leg, participants: optional(list(leg)) },
  admit: { leg, participants: optional(list(leg)), request: number },
  "reject-from-lobby": { leg, participant: leg, request: number },
  add: { leg, user, request: optional(number) },
  remove: { leg, participant: leg, request: number },
  "mute-others": { leg, participants: optional(list(leg)), request: number },
  signal: { leg, to: leg, signal: anyObject },
};

/** @returns the message; `undefined` if the text is not one */
export function readMessage(data: string): ClientMessage | undefined {
  try {
    const message = JSON.parse(data) as { type?: unknown };
    if (typeof message.type !== "string" || !Object.hasOwn(messages, message.type)) return undefined;
    const type = message.type as ClientMessage["type"];
    check(object("a message", { type: text, ...messages[type] }), message);
    return message as ClientMessage;
  } catch {
    return undefined;
  }
}

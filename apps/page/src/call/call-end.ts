// Every end of a call in words. The subcode says most; where it is unknown, the code tells the kind.
// Source: the result table inside @azure/communication-calling 2.0.0.
import type { Failure } from "../failure/failure.ts";
import type { CallEnd } from "./calling.ts";

/** An end that somebody wanted, or a failure. */
export type CallEnding =
  | { readonly expected: true; readonly words: string }
  | { readonly expected: false; readonly failure: Failure };

const expected: Readonly<Record<string, string>> = {
  "0/0": "You left the call.",
  "0/4097": "The organiser ended the meeting for everybody.",
  "0/5003": "The call has ended.",
  "0/5010": "The call ended because nobody else was left in it.",
  "0/5013": "The call ended because nobody else joined.",
  "0/5300": "Another participant removed you from the meeting.",
  "0/5854": "Another participant sent you away from the lobby.",
  "0/5855": "Nobody let you in from the lobby in time.",
  "0/7015": "The call was transferred.",
  "487/0": "You cancelled the call.",
  "487/10003": "The call was answered on another device.",
  "487/10004": "The call was not answered in time.",
  "487/10024": "The call was declined.",
  "603/0": "The call was declined.",
};

const network = {
  title: "Teams cannot be reached",
  cause: "This device got no answer from the calling service of Teams.",
  advice:
    "Check the network, and that a firewall or proxy lets *.communication.microsoft.com and *.skype.com through, then try again.",
};
const noAnswer = {
  title: "The other side did not answer",
  cause: "The call was set up, but nobody accepted it in time.",
  advice: "Try again later.",
};
const offline = {
  title: "The user cannot be reached",
  cause: "The user is not signed in to Teams on any device.",
  advice: "Try again when they are online.",
};
const token = {
  title: "The calling service refused the access token",
  cause: "The ACS access token is expired or not valid any more.",
  advice: "Exchange the tokens again, then join again.",
};
const dropped = {
  title: "The call was cut off",
  cause: "The connection to the call was lost and could not be restored.",
  advice: "Check the network, then join again.",
};

type Words = typeof network;

const bySubCode: Readonly<Record<number, Words>> = {
  3100: dropped,
  3101: dropped,
  3112: dropped,
  4507: token,
  4521: { ...dropped, cause: "The application that held the call was closed or crashed." },
  10009: token,
  10037: offline,
  10056: noAnswer,
  10057: {
    title: "The call was not set up in time",
    cause:
      "No answer came while joining. This also happens when the same user is in the call twice, once as a Teams user and once as an ACS user.",
    advice: "Leave the call on other devices, then try again.",
  },
  10076: offline,
  10077: offline,
  301004: dropped,
  301005: dropped,
};

const byCode: Readonly<Record<number, Words>> = {
  401: token,
  403: {
    title: "This call is not allowed",
    cause: "A policy of the organisation or of the meeting forbids it.",
    advice: "Ask the organiser or an administrator.",
  },
  404: {
    title: "There is no such meeting",
    cause: "The link or id leads to no meeting, or the meeting is long over.",
    advice: "Check the link, or the id and passcode.",
  },
  408: noAnswer,
  410: dropped,
  480: offline,
  490: network,
  495: token,
  496: { ...network, cause: "This device has lost its network connection." },
  499: token,
};

const service: Words = {
  title: "The calling service failed",
  cause: "Teams reported an error of its own.",
  advice: "Try again in a while.",
};
const unknown: Words = {
  title: "The call ended",
  cause: "Teams ended the call with a code that this page has no words for.",
  advice: "Try again. If it stays, look the code up at Microsoft.",
};

/** Says why a call ended. */
export function describeCallEnd({ code, subCode }: CallEnd): CallEnding {
  const key = `${code}/${subCode}`;
  const words = expected[key] ?? (code === 0 || code === 487 ? "The call has ended." : undefined);
  if (words !== undefined) return { expected: true, words };
  const known = bySubCode[subCode] ?? byCode[code] ?? (code >= 500 && code < 600 ? service : unknown);
  return {
    expected: false,
    failure: {
      code: key,
      ...known,
      action: "retry",
      references: [],
      link: {
        to: "docs",
        href: "https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes",
      },
    },
  };
}

// Describes how a call ended. The subcode is the most precise; if it is unknown, the code tells the kind of end.
// Source: the result table inside @azure/communication-calling 2.0.0.
import type { Failure } from "@teams-token-exchange/client/failure";
import type { CallEnd } from "./calling.ts";

/** A normal end of a call, or a failure. */
export type CallEnding =
  | { readonly expected: true; readonly text: string }
  | { readonly expected: false; readonly failure: Failure };

const expected: Readonly<Record<string, string>> = {
  "0/0": "You left the call.",
  "0/4097": "The organizer ended the meeting for everyone.",
  "0/5003": "The call has ended.",
  "0/5010": "The call ended because no other participant was left.",
  "0/5013": "The call ended because no other participant joined.",
  "0/5300": "Another participant removed you from the meeting.",
  "0/5854": "Another participant denied your request to join.",
  "0/5855": "Nobody admitted you from the lobby in time.",
  "0/7015": "The call was transferred.",
  "487/0": "You cancelled the call.",
  "487/10003": "The call was answered on another device.",
  "487/10004": "The call was not answered in time.",
  "487/10024": "The call was declined.",
  "603/0": "The call was declined.",
};

const network = {
  title: "Teams cannot be reached",
  cause: "The calling service of Teams did not respond to this device.",
  advice:
    "Check the network, and that a firewall or proxy allows *.communication.microsoft.com and *.skype.com, then try again.",
};
const noAnswer = {
  title: "The other side did not answer",
  cause: "The call was set up, but it was not accepted in time.",
  advice: "Try again later.",
};
const offline = {
  title: "The user cannot be reached",
  cause: "The user is not signed in to Teams on any device.",
  advice: "Try again when they are online.",
};
const token = {
  title: "The calling service refused the access token",
  cause: "The ACS access token has expired or is no longer valid.",
  advice: "Exchange the tokens again, then join again.",
};
const dropped = {
  title: "The call was interrupted",
  cause: "The connection to the call was lost and could not be restored.",
  advice: "Check the network, then join again.",
};

type Explanation = typeof network;

const bySubCode: Readonly<Record<number, Explanation>> = {
  3100: dropped,
  3101: dropped,
  3112: dropped,
  4507: token,
  4521: { ...dropped, cause: "The app that was in the call was closed or crashed." },
  10009: token,
  10037: offline,
  10056: noAnswer,
  10057: {
    title: "The call was not set up in time",
    cause:
      "Teams did not respond while joining. This also happens if the same user is in the call twice, once as a Teams user and once as an ACS user.",
    advice: "Leave the call on other devices, then try again.",
  },
  10076: offline,
  10077: offline,
  301004: dropped,
  301005: dropped,
};

const byCode: Readonly<Record<number, Explanation>> = {
  401: token,
  403: {
    title: "This call is not allowed",
    cause: "A policy of the organization or of the meeting does not allow it.",
    advice: "Ask the organizer or an administrator.",
  },
  404: {
    title: "The meeting was not found",
    cause: "The link or the ID does not belong to a meeting, or the meeting ended long ago.",
    advice: "Check the link, or the ID and the passcode.",
  },
  408: noAnswer,
  410: dropped,
  480: offline,
  490: network,
  495: token,
  496: { ...network, cause: "This device has lost its network connection." },
  499: token,
};

const service: Explanation = {
  title: "The calling service failed",
  cause: "Teams reported an internal error.",
  advice: "Try again later.",
};
const unknown: Explanation = {
  title: "The call ended",
  cause: "There is no explanation for this code yet.",
  advice: "Try again. If it keeps happening, look up the code in Microsoft's documentation.",
};

/** Describes why a call ended. */
export function describeCallEnd({ code, subCode }: CallEnd): CallEnding {
  const key = `${code}/${subCode}`;
  const text = expected[key] ?? (code === 0 || code === 487 ? "The call has ended." : undefined);
  if (text !== undefined) return { expected: true, text };
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

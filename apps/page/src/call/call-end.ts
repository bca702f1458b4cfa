// Describes how a call ended. The subcode is the most precise; if it is unknown, the code tells the kind of end.
// Source: https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
// The exceptions are marked.
import type { CallingService } from "@teams-token-exchange/client";
import type { Failure } from "@teams-token-exchange/client/failure";
import type { CallEnd } from "./calling.ts";
import { azure, type Explanation, refusedTokenText, unreachableEmulator } from "./calling-failure.ts";

/** A normal end of a call, or a failure. */
export type CallEnding =
  | { readonly expected: true; readonly text: string }
  | { readonly expected: false; readonly failure: Failure };

const removed = "Another participant removed you from the call.";
const expected: Readonly<Record<string, string>> = {
  // Also if the other side of a call of two leaves. If this user leaves, the page says so itself.
  "0/0": "The call has ended.",
  "0/4097": "The organizer ended the meeting for everyone.",
  "0/4521": "The call ended because the app that was in it was closed.",
  "0/5000": removed,
  "0/5003": "The call has ended.",
  "0/5300": removed,
  // Not on that page. Microsoft's UI Library for Calling shows “access denied” for it.
  "0/5854": "Another participant denied your request to join.",
  // Not documented. The emulator uses it.
  "0/5855": "Nobody admitted you from the lobby in time.",
  "0/7000": "A bot or the service ended the call.",
  "0/560000": "The other side hung up.",
  "486/560486": "The line is busy.",
  "487/0": "You cancelled the call.",
  "487/10003": "The call was answered on another device.",
  "487/10004": "The call was not answered in time.",
  "487/10024": "The call was declined.",
  "487/540487": "You cancelled the call.",
  "603/0": "The call was declined.",
};

const network: Explanation = {
  title: "Teams cannot be reached",
  cause: "The calling service of Teams did not respond to this device.",
  advice:
    "Check the network, and that a firewall or proxy allows *.communication.microsoft.com and *.skype.com, then try again.",
  action: "retry",
};
const noAnswer: Explanation = {
  title: "The other side did not answer",
  cause: "The call was set up, but it was not accepted in time.",
  advice: "Try again later.",
  action: "retry",
};
const offline: Explanation = {
  title: "The user cannot be reached",
  cause: "The user is not signed in to Teams on any device.",
  advice: "Try again when they are online.",
  action: "retry",
};
const dropped: Explanation = {
  title: "The call was interrupted",
  cause: "The connection to the call was lost and could not be restored.",
  advice: "Check the network, then join again.",
  action: "retry",
};

const bySubCode: Readonly<Record<number, Explanation>> = {
  3100: dropped,
  3101: dropped,
  3111: dropped,
  3112: dropped,
  4506: noAnswer,
  4507: refusedTokenText,
  10009: refusedTokenText,
  10037: offline,
  10057: {
    title: "The call was not set up in time",
    cause: "The other side did not finish setting up the call: it lost its network, or its app was closed.",
    advice: "Leave the call on other devices, then try again.",
    action: "retry",
  },
  10076: offline,
  10077: offline,
  10078: offline,
  301004: dropped,
  301005: dropped,
};

const byCode: Readonly<Record<number, Explanation>> = {
  401: refusedTokenText,
  403: {
    title: "This call is not allowed",
    cause: "A policy of the organization or of the meeting does not allow it, or the passcode is wrong.",
    advice: "Check the passcode. If it is right, ask the organizer or an administrator.",
    action: "retry",
  },
  404: {
    title: "The meeting was not found",
    cause: "The link or the ID does not belong to a meeting, or the meeting ended long ago.",
    advice: "Check the link, or the ID and the passcode.",
    action: "retry",
  },
  408: noAnswer,
  410: dropped,
  480: offline,
  490: network,
  491: network,
  495: refusedTokenText,
  496: dropped,
  497: network,
  498: network,
};

const service: Explanation = {
  title: "The calling service failed",
  cause: "The calling service reported an internal error.",
  advice: "Try again later.",
  action: "retry",
};
const unknown: Explanation = {
  title: "The call ended",
  cause: "There is no explanation for this code yet.",
  advice: "Try again. If it keeps happening, look up the code in Microsoft's documentation.",
  action: "retry",
};

/** Describes why a call stopped ringing here, for a user who did not accept or decline it. */
export function describeRingEnd(caller: string, { code, subCode }: CallEnd): string {
  const key = `${code}/${subCode}`;
  if (key === "487/10003") return `The call from ${caller} was answered on another device.`;
  if (key === "487/10024" || key === "603/0") return `The call from ${caller} was declined on another device.`;
  return `You missed a call from ${caller}.`;
}

/** The texts that would speak of Teams. */
function inEmulator(explanation: Explanation): Explanation {
  if (explanation === network) return unreachableEmulator;
  if (explanation !== offline) return explanation;
  return {
    ...offline,
    cause: "The user receives calls in no window.",
    advice: "Open a second window as that user, exchange the tokens there, and choose “Receive calls”.",
  };
}

/** Describes why a call ended. */
export function describeCallEnd({ code, subCode }: CallEnd, calling: CallingService = azure): CallEnding {
  const key = `${code}/${subCode}`;
  const text = expected[key] ?? (code === 0 || code === 487 ? "The call has ended." : undefined);
  if (text !== undefined) return { expected: true, text };
  const known = bySubCode[subCode] ?? byCode[code] ?? (code >= 500 && code < 600 ? service : unknown);
  return {
    expected: false,
    failure: {
      code: key,
      ...(calling.kind === "emulator" ? inEmulator(known) : known),
      references: [],
      link: {
        to: "docs",
        href: "https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes",
      },
    },
  };
}

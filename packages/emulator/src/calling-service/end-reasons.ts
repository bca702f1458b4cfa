// Why calls and connections end, with the codes that Microsoft documents:
// https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
// The pages do not say which code a Teams meeting gives for a wrong passcode, a lobby that nobody answers, or a denied
// request to join; those are marked as invented here and in SUPPORT.md. The lists are in the pages' source:
// https://github.com/MicrosoftDocs/azure-docs/tree/main/articles/communication-services/resources/troubleshooting/voice-video-calling/includes/codes
import type { EndReason } from "../calling/protocol.ts";

const reason = (code: number, subCode: number): EndReason => ({ code, subCode });

export const endReasons = {
  left: reason(0, 0),
  endedForEveryone: reason(0, 4097),
  /** The other side of a call of two left. */
  otherSideLeft: reason(0, 0),
  removed: reason(0, 5300),
  /** Invented. */
  deniedInLobby: reason(0, 5854),
  /** Invented. */
  forgottenInLobby: reason(0, 5855),
  cancelled: reason(487, 0),
  answeredElsewhere: reason(487, 10003),
  notAnswered: reason(487, 10004),
  /** One callee declined; the caller of a single user gets it too. */
  declined: reason(603, 0),
  declinedByAll: reason(487, 10024),
  offline: reason(480, 10037),
  /** The participant's app was closed without a goodbye. */
  vanished: reason(0, 4521),
  /** The module came back too late for its call. */
  dropped: reason(410, 3101),
  /** The token was revoked, or its access key was regenerated. */
  tokenInvalid: reason(401, 10009),
  /** The token expired, and the app gave no new one. */
  tokenNotRenewed: reason(495, 4507),
  /** "Call not found" has no documented subcode. */
  meetingNotFound: reason(404, 0),
  /** Invented. */
  wrongPasscode: reason(403, 0),
  /** Calling oneself. Invented: the real SDK refuses it before it asks the service. */
  ownNumber: reason(400, 0),
  /** The limits of the emulator. Invented. */
  full: reason(503, 0),
} as const satisfies Record<string, EndReason>;

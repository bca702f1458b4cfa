// Meetings and calls for tests in the same process. A call is named by its id, or by the name, id or digits of its meeting;
// a participant by the id from `calls()`, or as a user by name, object id or sign-in name.
import type { EmulatorContext } from "../http/context.ts";
import {
  admitParticipant,
  type CallsNow,
  changeCall,
  createMeeting,
  delaySignalling,
  dropNetwork,
  endCall,
  endMeeting,
  listCalls,
  type MeetingAccess,
  removeParticipant,
  ringUser,
} from "./calling-control.ts";
import type { CallingInput } from "./calling-inputs.ts";

/**
 * Meetings and calls of the emulated calling service. Every method throws an Error that names the option that is wrong.
 * @example
 * const { meetingLink } = emulator.createMeeting({ name: "review", organizer: "ada", lobbyBypass: "organizer" });
 * // Bruno joins with the link and waits in the lobby.
 * emulator.admitParticipant({ participant: "bruno" });
 */
export interface CallingApi {
  /** Lists meetings, live calls with their participants, and connected users. */
  calls(): CallsNow;
  /** Creates a meeting that users of the tenant can join, and others through the lobby. */
  createMeeting(options: CallingInput["create-meeting"]): MeetingAccess;
  /** Ends a meeting for everyone with 0/4097. It can be joined again. */
  endMeeting(options: CallingInput["end-meeting"]): void;
  /** Admits one participant from a lobby, or everyone of a call. @returns how many */
  admitParticipant(options: CallingInput["admit-participant"]): number;
  /** Takes a participant out of a call with 0/5300, out of a lobby, or ends their ring. */
  removeParticipant(options: CallingInput["remove-participant"]): void;
  /** An emulated caller rings a user who has a connected call agent. @returns the id of the call */
  ringUser(options: CallingInput["ring-user"]): string;
  /** Ends a call with any code, for one participant or for all. */
  endCall(options: CallingInput["end-call"]): void;
  /** Turns recording and transcription on or off. */
  changeCall(options: CallingInput["change-call"]): void;
  /** Breaks the connections of a user without a goodbye, and refuses new ones for some seconds of the emulator's clock. */
  dropNetwork(options: CallingInput["drop-network"]): void;
  /** Sends each message to call agents some real milliseconds later. */
  delaySignalling(options: CallingInput["delay-signalling"]): void;
}

/** The methods for one emulator. */
export const callingApi = (context: EmulatorContext): CallingApi => ({
  calls: () => listCalls(context),
  createMeeting: (options) => createMeeting(context, options),
  endMeeting: (options) => endMeeting(context, options),
  admitParticipant: (options) => admitParticipant(context, options),
  removeParticipant: (options) => removeParticipant(context, options),
  ringUser: (options) => ringUser(context, options),
  endCall: (options) => endCall(context, options),
  changeCall: (options) => changeCall(context, options),
  dropNetwork: (options) => dropNetwork(context, options),
  delaySignalling: (options) => delaySignalling(context, options),
});

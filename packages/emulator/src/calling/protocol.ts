// The messages between the emulated calling service and its browser module, as JSON over one WebSocket per call agent.
// This protocol is invented: Microsoft documents the Calling SDK's API, not what it sends.

/** Why a call or a connection ended: the codes that Microsoft documents for the Calling SDK. */
export interface EndReason {
  code: number;
  subCode: number;
}

/** A user as others see them. */
export interface CallUser {
  /** The raw identifier, e.g. `8:orgid:<object id>`, or `4:+14255550123` for a phone number. */
  rawId: string;
  displayName: string;
}

/** What a participant sends. */
export interface Media {
  muted: boolean;
  video: boolean;
  screen: boolean;
  held: boolean;
}

/** The role of a participant in a meeting, as the SDK names it. */
export type Role = "Organizer" | "Presenter" | "Attendee" | "Unknown";

/** Another participant, in the call or in the lobby. */
export interface Participant extends CallUser {
  /** The ID of this participation. A user who leaves and joins again gets a new one. */
  id: string;
  state: "Connecting" | "Ringing" | "Connected" | "InLobby" | "Disconnected";
  role: Role;
  media: Media;
  /** The place in the list of raised hands, from 1; absent without a raised hand. */
  hand?: number;
  /** Why the participant is no longer in the call, if `state` is `Disconnected`. */
  end?: EndReason;
}

/** A call as one participant sees it. The service sends it after each change; the module derives its events from it. */
export interface CallSnapshot {
  /** The ID that the module chose for its side of the call. */
  leg: string;
  /** The ID of the call on the service, the same for all participants. */
  callId: string;
  /** The ID of this participation, as others see it. */
  self: string;
  state: "Connecting" | "Ringing" | "InLobby" | "Connected";
  role: Role;
  /** The place in the list of raised hands, from 1. */
  hand?: number;
  /** Everyone else who is in the call or is being called. Empty while in the lobby. */
  participants: Participant[];
  /** Who waits in the lobby. Empty for attendees, who may not admit. */
  lobby: Participant[];
  /** Whether the meeting is being recorded or transcribed. */
  recording: boolean;
  transcription: boolean;
}

/** What to join. */
export type Meeting = { meetingLink: string } | { meetingId: string; passcode?: string };

/** From the module to the service. `leg` is the module's own ID of its side of a call: a new UUID for each call. */
export type ClientMessage =
  /**
   * The first message. The service closes a connection that does not send it within 10 s. After a lost connection, `legs`
   * are the calls that the module still has: the service continues those of this user that it still knows and sends `call`
   * for each, and `ended` for each of the others.
   */
  | { type: "hello"; token: string; legs?: string[] }
  /** A new token of the same user, after `token-needed` or when the credential was refreshed. */
  | { type: "token"; token: string }
  | { type: "join"; leg: string; meeting: Meeting; media: Media }
  /** Calls one or more users, by raw identifier. */
  | { type: "start"; leg: string; users: string[]; media: Media }
  | { type: "accept"; leg: string; ring: string; media: Media }
  | { type: "reject"; ring: string }
  | { type: "hang-up"; leg: string; forEveryone: boolean }
  | { type: "media"; leg: string; media: Media }
  | { type: "hand"; leg: string; raised: boolean }
  /** Lowers the hands of these participants; all hands if the list is absent. */
  | { type: "lower-hands"; leg: string; participants?: string[] }
  /** Admits from the lobby; everyone if the list is absent. */
  | { type: "admit"; leg: string; participants?: string[]; request: number }
  | { type: "reject-from-lobby"; leg: string; participant: string; request: number }
  | { type: "add"; leg: string; user: string; request?: number }
  | { type: "remove"; leg: string; participant: string; request: number }
  /** Mutes these participants; all others if the list is absent. */
  | { type: "mute-others"; leg: string; participants?: string[]; request: number }
  /** Is passed on to the participant as it is: a session description or an ICE candidate. */
  | { type: "signal"; leg: string; to: string; signal: Signal };

/** What WebRTC needs from the other side. */
export type Signal =
  | { description: { type: "offer" | "answer" | "pranswer" | "rollback"; sdp: string } }
  | { candidate: { candidate: string; sdpMid: string | null; sdpMLineIndex: number | null } };

/** From the service to the module. */
export type ServiceMessage =
  | { type: "ready"; user: CallUser & { tenantId: string } }
  /** The last message before the service closes: the token is not accepted, or no longer. */
  | ({ type: "refused"; message: string } & EndReason)
  /** The token is about to expire, by the emulator's clock. */
  | { type: "token-needed" }
  | { type: "call"; call: CallSnapshot }
  | ({ type: "ended"; leg: string } & EndReason)
  | { type: "ring"; ring: string; callId: string; caller: CallUser; isGroup: boolean }
  /** The ring is over: the caller gave up, nobody answered, or another device of the user did. */
  | ({ type: "ring-ended"; ring: string } & EndReason)
  | { type: "signal"; leg: string; from: string; signal: Signal }
  /** Another participant muted this one. The module stops sending audio. */
  | { type: "muted-by-other"; leg: string }
  /** The result of a message that has a `request`; without `error` it succeeded. */
  | { type: "result"; request: number; error?: EndReason & { message: string } };

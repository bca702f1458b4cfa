// The enums that the SDK exports as values.
import type { Sdk } from "./base/sdk-types.ts";

/** The values of a text enum. */
type Values<Enum> = { readonly [Key in keyof Enum]: Enum[Key] extends string ? `${Enum[Key]}` : never };

const textEnum = <Enum>(values: Values<Enum>): Enum => values as unknown as Enum;

export const callKinds = textEnum<typeof Sdk.CallKind>({ Call: "Call", TeamsCall: "TeamsCall" });

export const callAgentKinds = textEnum<typeof Sdk.CallAgentKind>({
  CallAgent: "CallAgent",
  TeamsCallAgent: "TeamsCallAgent",
});

export const incomingCallKinds = textEnum<typeof Sdk.IncomingCallKind>({
  IncomingCall: "IncomingCall",
  TeamsIncomingCall: "TeamsIncomingCall",
});

export const devicePermissionAccess = textEnum<typeof Sdk.DevicePermissionAccess>({
  Granted: "granted",
  Denied: "denied",
  Prompt: "prompt",
});

/** Number enums have their values as keys, too. */
export const diagnosticQualities = {
  Good: 1,
  Poor: 2,
  Bad: 3,
  1: "Good",
  2: "Poor",
  3: "Bad",
} as unknown as typeof Sdk.DiagnosticQuality;

export const recordingStates = {
  None: 0,
  Started: 1,
  Paused: 2,
  Ended: 3,
  0: "None",
  1: "Started",
  2: "Paused",
  3: "Ended",
} as unknown as typeof Sdk.RecordingState;

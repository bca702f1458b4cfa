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

/** A number enum has its names and its values as keys. */
function numberEnum<Enum>(values: Record<keyof Enum, number>): Enum {
  const pairs = Object.entries<number>(values);
  return Object.fromEntries([...pairs, ...pairs.map(([name, value]) => [value, name])]) as Enum;
}

export const diagnosticQualities = numberEnum<typeof Sdk.DiagnosticQuality>({ Good: 1, Poor: 2, Bad: 3 });

export const recordingStates = numberEnum<typeof Sdk.RecordingState>({ None: 0, Started: 1, Paused: 2, Ended: 3 });

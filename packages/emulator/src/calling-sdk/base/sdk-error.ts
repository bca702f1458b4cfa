// The errors that the SDK throws, as Microsoft documents them.
import type { Sdk } from "./sdk-types.ts";

/**
 * Code and message by subcode. The messages are shorter than Microsoft's.
 * @see https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
 * @see https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/call-setup-issues/failed-to-create-call-agent
 */
const errors = {
  40114: [408, "Failed to connect to the calling service"],
  40228: [409, "An instance of CallAgent for this identity already exists"],
  40229: [403, "CallAgent must be created only with ACS token"],
  41006: [400, "The incoming call to accept isn't in the Ringing state"],
  41007: [400, "The incoming call to reject isn't in the Ringing state"],
  41016: [400, "Failed to unmute microphone"],
  41025: [400, "LocalVideoStream instance is invalid"],
  41027: [400, "Video is already started"],
  41030: [400, "Video is already stopped"],
  41032: [400, "LocalVideoStream is currently not being sent"],
  41033: [500, "Failed to hold the call"],
  41034: [500, "Failed to resume the call"],
  41035: [400, "Screen share is already started"],
  41041: [400, "Screen share is already stopped"],
  41071: [412, "Call isn't in Connected state"],
  43000: [412, "Another application uses the video device"],
  43001: [403, "No permission to use the video device"],
  43002: [500, "Failed to start video"],
  43004: [400, "Input must be of a VideoDeviceInfo type"],
  43005: [400, "Video device is already selected"],
  43013: [412, "No video devices found"],
  43200: [412, "Video stream isn't available"],
  43202: [404, "Video stream is no longer available"],
  43203: [408, "Timed out while waiting for video frames"],
  44110: [401, "Failed to get AccessToken"],
  44214: [400, "Teams users can't set display name"],
  // Not on Microsoft's pages.
  40202: [400, "A user cannot call themselves"],
  40210: [400, "The meeting locator is not valid"],
} as const satisfies Record<number, readonly [number, string]>;

/** An error with the members of the SDK's `CommunicationServicesError`. */
export class CallingError extends Error implements Sdk.CommunicationServicesError {
  override readonly name = "CallingCommunicationError";
  readonly code: number;
  readonly subCode: number;

  constructor(code: number, subCode: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.subCode = subCode;
  }
}

/** The error of a subcode. */
export function sdkError(subCode: keyof typeof errors, cause?: unknown): CallingError {
  const [code, message] = errors[subCode];
  return new CallingError(code, subCode, message, { cause });
}

/** The error for a member of the SDK that the emulated calling service does not have. */
export function notEmulated(member: string): CallingError {
  return new CallingError(501, 0, `${member} is not part of the emulated calling service`);
}

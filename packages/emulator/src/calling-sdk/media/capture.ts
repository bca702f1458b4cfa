// Opens cameras, microphones and the screen, with the SDK's errors.
import { sdkError } from "../base/sdk-error.ts";

/** The browser's ID of a device. The SDK writes `camera:<ID>`, `microphone:<ID>` and `speaker:<ID>`. */
export const browserId = (id: string): string => id.slice(id.indexOf(":") + 1);

const deviceConstraint = (id: string | undefined): MediaTrackConstraints =>
  id === undefined || browserId(id) === "" ? {} : { deviceId: { exact: browserId(id) } };

const cameraErrors: Readonly<Record<string, 43000 | 43001 | 43013>> = {
  NotAllowedError: 43001,
  NotFoundError: 43013,
  OverconstrainedError: 43013,
  NotReadableError: 43000,
};

/**
 * Opens a camera.
 * @throws CallingError 43000, 43001, 43002 or 43013
 */
export async function openCamera(id: string | undefined): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      video: { ...deviceConstraint(id), width: { ideal: 640 }, height: { ideal: 360 } },
    });
  } catch (error) {
    throw sdkError(cameraErrors[(error as Error).name] ?? 43002, error);
  }
}

/** Opens a microphone. */
export function openMicrophone(id: string | undefined): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({ audio: deviceConstraint(id) });
}

/** Asks the user for a screen, window or tab. */
export async function openScreen(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getDisplayMedia({ video: true });
  } catch (error) {
    throw sdkError(cameraErrors[(error as Error).name] ?? 43002, error);
  }
}

/** Ends all tracks of a stream, which turns off the light of the camera. */
export function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

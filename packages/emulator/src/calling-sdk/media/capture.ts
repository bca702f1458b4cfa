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

/** @throws CallingError 43000, 43001, 43002 or 43013 if the browser does not open it */
const withErrors = (opening: Promise<MediaStream>): Promise<MediaStream> =>
  opening.catch((error: Error) => {
    throw sdkError(cameraErrors[error.name] ?? 43002, error);
  });

/** Opens a camera. */
export const openCamera = (id: string | undefined): Promise<MediaStream> =>
  withErrors(
    navigator.mediaDevices.getUserMedia({
      video: { ...deviceConstraint(id), width: { ideal: 640 }, height: { ideal: 360 } },
    }),
  );

/** Opens a microphone, with the browser's own errors. */
export const openMicrophone = (id: string | undefined): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({ audio: deviceConstraint(id) });

/** Asks the user for a screen, window or tab. */
export const openScreen = (): Promise<MediaStream> =>
  withErrors(navigator.mediaDevices.getDisplayMedia({ video: true }));

/** Ends all tracks of a stream, which turns off the light of the camera. */
export function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

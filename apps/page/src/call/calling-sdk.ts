// Translates between the Calling SDK and calling.ts. Only this file and live-call.ts import the SDK, which has 1.8 MB after
// compression, so they must not be loaded before the user joins a call.
import {
  CallClient,
  type DeviceManager,
  LocalVideoStream,
  type TeamsCall,
  type TeamsCallAgent,
} from "@azure/communication-calling";
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { CallTarget } from "./call-target.ts";
import type { CallingAgent, CallingSdk, CallStart } from "./calling.ts";
import { liveCall } from "./live-call.ts";

/** The SDK returned no agent. It does so for a token that it cannot read. */
export class NoAgentError extends Error {
  override readonly name = "NoAgentError";
}

/** Make only one per page: a disposed client still polls devices and throws errors that nobody can catch. */
export function createCallingSdk(): CallingSdk {
  const client = new CallClient();
  return { createAgent: (credential) => createAgent(client, credential) };
}

async function createAgent(client: CallClient, credential: AzureCommunicationTokenCredential): Promise<CallingAgent> {
  try {
    // No display name: the SDK refuses one for a Teams user (400/44214), because Teams knows the name.
    const agent: TeamsCallAgent | undefined = await client.createTeamsCallAgent(credential);
    if (agent === undefined) throw new NoAgentError("no agent for this token");
    return callingAgent(agent, client, credential);
  } catch (error) {
    credential.dispose();
    throw error;
  }
}

function callingAgent(
  agent: TeamsCallAgent,
  client: CallClient,
  credential: AzureCommunicationTokenCredential,
): CallingAgent {
  return {
    async call(target, start) {
      const devices = await client.getDeviceManager();
      await devices.askDevicePermission({ audio: true, video: start.cameraOn });
      if (start.microphoneId) await selectById(devices, start.microphoneId);
      const video = start.cameraOn ? await cameraStream(devices, start.cameraId) : undefined;
      return liveCall(place(agent, target, start, video), devices);
    },
    async dispose() {
      // The credential first, so that it requests no token for an agent that is being disposed.
      credential.dispose();
      await agent.dispose();
    },
  };
}

function place(
  agent: TeamsCallAgent,
  target: CallTarget,
  start: CallStart,
  video: LocalVideoStream | undefined,
): TeamsCall {
  const options = {
    audioOptions: { muted: start.muted },
    ...(video === undefined ? {} : { videoOptions: { localVideoStreams: [video] } }),
  };
  switch (target.kind) {
    case "meeting-link":
      return agent.join({ meetingLink: target.meetingLink }, options);
    case "meeting-id": {
      const { meetingId, passcode } = target;
      return agent.join({ meetingId, ...(passcode === undefined ? {} : { passcode }) }, options);
    }
    case "user":
      return agent.startCall({ microsoftTeamsUserId: target.objectId }, options);
    default:
      return target satisfies never;
  }
}

async function cameraStream(devices: DeviceManager, id: string | undefined): Promise<LocalVideoStream | undefined> {
  const cameras = await devices.getCameras();
  const camera = cameras.find((candidate) => browserId(candidate.id) === id) ?? cameras[0];
  return camera && new LocalVideoStream(camera);
}

async function selectById(devices: DeviceManager, id: string): Promise<void> {
  const microphone = (await devices.getMicrophones()).find((candidate) => browserId(candidate.id) === id);
  if (microphone) await devices.selectMicrophone(microphone);
}

/** The SDK writes `camera:<ID of the browser>`. */
const browserId = (id: string) => id.slice(id.indexOf(":") + 1);

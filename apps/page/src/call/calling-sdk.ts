// The only importer of the Calling SDK, and so the module that must never be loaded before somebody wants to call:
// 1.8 MB compressed. It translates between the SDK's objects and calling.ts.
import {
  CallClient,
  type DeviceManager,
  LocalVideoStream,
  type TeamsCall,
  type TeamsCallAgent,
} from "@azure/communication-calling";
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { CredentialOptions } from "../teams-token/provider.ts";
import type { CallingAgent, CallingSdk, CallStart } from "./calling.ts";
import { liveCall } from "./live-call.ts";
import type { CallTarget } from "./target.ts";

/** The SDK resolved without an agent, as it does for a Teams user's token that it cannot make sense of. */
export class NoAgentError extends Error {
  override readonly name = "NoAgentError";
}

/** Makes the SDK's side of calling. One for a page: a disposed client still polls devices and throws where nobody listens. */
export function createCallingSdk(): CallingSdk {
  const client = new CallClient();
  return { createAgent: (options) => createAgent(client, options) };
}

async function createAgent(client: CallClient, options: CredentialOptions): Promise<CallingAgent> {
  const credential = new AzureCommunicationTokenCredential(options);
  try {
    // No display name: for a Teams user the SDK refuses one (400/44214); Teams knows the name.
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
      // The credential first, so that it asks for no token for an agent on its way out.
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

/** The SDK writes `camera:<browser's id>`. */
const browserId = (id: string) => id.slice(id.indexOf(":") + 1);

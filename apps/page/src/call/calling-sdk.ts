// Translates between the Calling SDK and calling.ts. The SDK is an argument: Microsoft's, or the one of the emulator with the
// same classes. So the code that runs against the emulator is the code that runs against Teams.
import type {
  AcceptCallOptions,
  DeviceManager,
  LocalVideoStream,
  TeamsCall,
  TeamsCallAgent,
  TeamsIncomingCall,
} from "@azure/communication-calling";
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { Callee, CallTarget } from "./call-target.ts";
import type { CallingAgent, CallingSdk, CallStart, IncomingCall } from "./calling.ts";
import { liveCall } from "./live-call.ts";

/** What the page uses of the SDK. */
export type CallingModule = Pick<
  typeof import("@azure/communication-calling"),
  "CallClient" | "LocalVideoStream" | "VideoStreamRenderer" | "Features"
>;

type CallClient = InstanceType<CallingModule["CallClient"]>;

/** The SDK returned no agent. It does so for a token that it cannot read. */
export class NoAgentError extends Error {
  override readonly name = "NoAgentError";
}

/** Make only one per page: a disposed client still polls devices and throws errors that nobody can catch. */
export function createCallingSdk(sdk: CallingModule): CallingSdk {
  const client = new sdk.CallClient();
  return { createAgent: (credential) => createAgent(sdk, client, credential) };
}

async function createAgent(
  sdk: CallingModule,
  client: CallClient,
  credential: AzureCommunicationTokenCredential,
): Promise<CallingAgent> {
  try {
    // No display name: the SDK refuses one for a Teams user (400/44214), because Teams knows the name.
    const agent: TeamsCallAgent | undefined = await client.createTeamsCallAgent(credential);
    if (agent === undefined) throw new NoAgentError("no agent for this token");
    return callingAgent(sdk, client, agent, credential);
  } catch (error) {
    credential.dispose();
    throw error;
  }
}

function callingAgent(
  sdk: CallingModule,
  client: CallClient,
  agent: TeamsCallAgent,
  credential: AzureCommunicationTokenCredential,
): CallingAgent {
  async function prepare(start: CallStart): Promise<{ devices: DeviceManager; options: AcceptCallOptions }> {
    const devices = await client.getDeviceManager();
    await devices.askDevicePermission({ audio: true, video: start.cameraOn });
    if (start.microphoneId) await selectById(devices, start.microphoneId);
    const video = start.cameraOn ? await cameraStream(sdk, devices, start.cameraId) : undefined;
    const videoOptions = video === undefined ? {} : { videoOptions: { localVideoStreams: [video] } };
    return { devices, options: { audioOptions: { muted: start.muted }, ...videoOptions } };
  }

  function incoming(call: TeamsIncomingCall): IncomingCall {
    return {
      id: call.id,
      caller: call.callerInfo.displayName ?? "",
      async accept(start) {
        const { devices, options } = await prepare(start);
        return liveCall(sdk, await call.accept(options), devices);
      },
      reject: () => call.reject(),
      onEnded: (listener) =>
        call.on("callEnded", ({ callEndReason: { code, subCode = 0 } }) => listener({ code, subCode })),
    };
  }

  return {
    async call(target, start) {
      const { devices, options } = await prepare(start);
      return liveCall(sdk, place(agent, target, options), devices);
    },
    onIncomingCall: (listener) => agent.on("incomingCall", ({ incomingCall }) => listener(incoming(incomingCall))),
    onConnection(listener) {
      agent.on("connectionStateChanged", ({ newValue, reason }) => {
        if (newValue === "Connected") listener("connected");
        else listener(reason === "invalidToken" ? "refused" : "lost");
      });
      if (agent.connectionState === "Connected") listener("connected");
    },
    async dispose() {
      // The credential first, so that it requests no token for an agent that is being disposed.
      credential.dispose();
      await agent.dispose();
    },
  };
}

function place(agent: TeamsCallAgent, target: CallTarget, options: AcceptCallOptions): TeamsCall {
  switch (target.kind) {
    case "meeting-link":
      return agent.join({ meetingLink: target.meetingLink }, options);
    case "meeting-id": {
      const { meetingId, passcode } = target;
      return agent.join({ meetingId, ...(passcode === undefined ? {} : { passcode }) }, options);
    }
    case "people": {
      const [first, ...others] = target.people.map(identifier);
      if (first === undefined) throw new Error("a call needs at least one person");
      return others.length === 0 ? agent.startCall(first, options) : agent.startCall([first, ...others], options);
    }
    default:
      return target satisfies never;
  }
}

const identifier = (callee: Callee) =>
  callee.kind === "user" ? { microsoftTeamsUserId: callee.objectId } : { phoneNumber: callee.phoneNumber };

async function cameraStream(
  sdk: CallingModule,
  devices: DeviceManager,
  id: string | undefined,
): Promise<LocalVideoStream | undefined> {
  const cameras = await devices.getCameras();
  const camera = cameras.find((candidate) => browserId(candidate.id) === id) ?? cameras[0];
  return camera && new sdk.LocalVideoStream(camera);
}

async function selectById(devices: DeviceManager, id: string): Promise<void> {
  const microphone = (await devices.getMicrophones()).find((candidate) => browserId(candidate.id) === id);
  if (microphone) await devices.selectMicrophone(microphone);
}

/** The SDK writes `camera:<ID of the browser>`. */
const browserId = (id: string) => id.slice(id.indexOf(":") + 1);

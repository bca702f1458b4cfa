// The SDK's CallClient.
import type { CommunicationTokenCredential } from "@azure/communication-common";
import { sdkError } from "./base/sdk-error.ts";
import { asSdk, type Public, type Sdk } from "./base/sdk-types.ts";
import { createFeature } from "./features/feature-factories.ts";
import { EmulatedDeviceManager } from "./media/device-manager.ts";
import { EmulatedTeamsCallAgent } from "./teams-call-agent.ts";

/** The options of the SDK's constructor are ignored: there is no telemetry, and no proxy. */
export class EmulatedCallClient implements Public<Sdk.CallClient> {
  readonly #features = new Map<unknown, Sdk.BaseFeature>();
  #devices: Promise<EmulatedDeviceManager> | undefined;
  #agents: EmulatedTeamsCallAgent[] = [];

  feature<TFeature extends Sdk.CallClientFeature>(factory: Sdk.CallClientFeatureFactory<TFeature>): TFeature {
    const feature = this.#features.get(factory) ?? createFeature(factory);
    this.#features.set(factory, feature);
    return feature as TFeature;
  }

  /** Always refuses: the emulated calling service has Teams users only. */
  async createCallAgent(): Promise<Sdk.CallAgent> {
    throw sdkError(40229);
  }

  /**
   * Connects a Teams user to the emulated calling service.
   * @throws CallingError 400/44214 for a display name, 403/40231 for a token of another kind, 409/40228 for a second agent
   */
  async createTeamsCallAgent(
    credential: CommunicationTokenCredential,
    options?: Sdk.TeamsCallAgentOptions,
  ): Promise<Sdk.TeamsCallAgent> {
    if (options && "displayName" in options && options.displayName !== undefined) throw sdkError(44214);
    const agent = await EmulatedTeamsCallAgent.create(credential, await this.#deviceManager());
    this.#agents.push(agent);
    return asSdk<Sdk.TeamsCallAgent>(agent);
  }

  #deviceManager(): Promise<EmulatedDeviceManager> {
    this.#devices ??= EmulatedDeviceManager.create();
    return this.#devices;
  }

  async getDeviceManager(): Promise<Sdk.DeviceManager> {
    return asSdk<Sdk.DeviceManager>(await this.#deviceManager());
  }

  async dispose(): Promise<void> {
    const agents = this.#agents;
    this.#agents = [];
    await Promise.all(agents.map((agent) => agent.dispose()));
    (await this.#devices)?.dispose();
    this.#devices = undefined;
  }
}

// Features.UserFacingDiagnostics: only the network, and only whether there is a connection to the service.
// https://learn.microsoft.com/azure/communication-services/concepts/voice-video-calling/user-facing-diagnostics
import { Emitter } from "../base/emitter.ts";
import { notEmulated } from "../base/sdk-error.ts";
import { asSdk, type Public, type Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";

class Network extends Emitter implements Public<Sdk.NetworkDiagnostics> {
  #latest: Sdk.LatestNetworkDiagnostics = {};

  constructor() {
    super("NetworkDiagnostics", ["diagnosticChanged"]);
  }

  getLatest(): Sdk.LatestNetworkDiagnostics {
    return this.#latest;
  }

  /** `Good` is 1, `Bad` is 3. */
  update(connected: boolean): void {
    const networkReconnect = { value: connected ? 1 : 3, valueType: "DiagnosticQuality" } as const;
    if (this.#latest.networkReconnect?.value === networkReconnect.value) return;
    this.#latest = { networkReconnect };
    this.emit("diagnosticChanged", { diagnostic: "networkReconnect", ...networkReconnect });
  }
}

class MediaWithoutDiagnostics extends Emitter implements Public<Sdk.MediaDiagnostics> {
  constructor() {
    super("MediaDiagnostics", ["diagnosticChanged"]);
  }

  getLatest(): Sdk.LatestMediaDiagnostics {
    return {};
  }
}

class RemoteWithoutDiagnostics extends Emitter implements Public<Sdk.RemoteDiagnostics> {
  readonly isSendingDiagnosticsEnabled = false;

  constructor() {
    super("RemoteDiagnostics", ["diagnosticChanged"]);
  }

  startSendingDiagnostics(): void {
    throw notEmulated("RemoteDiagnostics.startSendingDiagnostics");
  }

  stopSendingDiagnostics(): void {}

  getLatest(): Sdk.RemoteParticipantDiagnosticsData {
    return { diagnostics: [] };
  }
}

export class UserFacingDiagnosticsFeature implements Public<Sdk.UserFacingDiagnosticsFeature> {
  readonly name = "UserFacingDiagnostics";
  readonly #network = new Network();
  readonly network = asSdk<Sdk.NetworkDiagnostics>(this.#network);
  readonly media = asSdk<Sdk.MediaDiagnostics>(new MediaWithoutDiagnostics());
  readonly remote = asSdk<Sdk.RemoteDiagnostics>(new RemoteWithoutDiagnostics());
  readonly #stop: () => void;

  constructor(context: FeatureContext) {
    this.#stop = context.signals.watch("connection", () => this.#network.update(context.agent.isConnected()));
  }

  dispose(): void {
    this.#stop();
  }
}

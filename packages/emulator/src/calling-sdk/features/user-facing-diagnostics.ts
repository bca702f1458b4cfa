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

/** The diagnostics of media and of remote participants, of which there are none. */
class NoDiagnostics extends Emitter implements Public<Sdk.RemoteDiagnostics> {
  readonly isSendingDiagnosticsEnabled = false;
  /** No values, for both kinds. */
  readonly getLatest = () => ({ diagnostics: [] });

  constructor() {
    super("Diagnostics", ["diagnosticChanged"]);
  }

  startSendingDiagnostics(): void {
    throw notEmulated("RemoteDiagnostics.startSendingDiagnostics");
  }

  stopSendingDiagnostics(): void {}
}

export class UserFacingDiagnosticsFeature implements Public<Sdk.UserFacingDiagnosticsFeature> {
  readonly name = "UserFacingDiagnostics";
  readonly #network = new Network();
  readonly network = asSdk<Sdk.NetworkDiagnostics>(this.#network);
  readonly media = new NoDiagnostics() as unknown as Sdk.MediaDiagnostics;
  readonly remote = asSdk<Sdk.RemoteDiagnostics>(new NoDiagnostics());
  readonly #stop: () => void;

  constructor(context: FeatureContext) {
    this.#stop = context.signals.watch("connection", () => this.#network.update(context.agent.isConnected()));
  }

  dispose(): void {
    this.#stop();
  }
}

// Features.Recording and Features.Transcription: what the service says. A test starts and stops them on the control page.
// https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/record-calls
import { Emitter } from "../base/emitter.ts";
import { asSdk, type Public, type Sdk } from "../base/sdk-types.ts";
import type { FeatureContext } from "../call/call-context.ts";

class RecordingInfo extends Emitter implements Public<Sdk.RecordingInfo> {
  state: Sdk.RecordingState = 1;

  constructor() {
    super("RecordingInfo", ["recordingStateChanged"]);
  }

  end(): void {
    this.state = 3;
    this.emit("recordingStateChanged");
  }
}

/** What both features have: no consent is asked for in emulated meetings. */
abstract class ActiveFeature extends Emitter {
  readonly isTeamsConsentRequired = false;
  protected active: boolean;
  readonly #stop: () => void;

  constructor(kind: string, events: string[], signals: FeatureContext["signals"], isActive: () => boolean) {
    super(kind, events);
    this.active = isActive();
    this.#stop = signals.watch("snapshot", () => {
      if (isActive() === this.active) return;
      this.active = isActive();
      this.changed();
    });
  }

  protected abstract changed(): void;

  async grantTeamsConsent(): Promise<void> {}

  dispose(): void {
    this.#stop();
  }
}

export class RecordingFeature extends ActiveFeature implements Public<Sdk.RecordingCallFeature> {
  readonly name = "Recording";
  #recording: RecordingInfo | undefined;

  constructor({ signals, snapshot }: FeatureContext) {
    const events = ["isRecordingActiveChanged", "recordingsUpdated"];
    super("RecordingCallFeature", events, signals, () => snapshot()?.recording ?? false);
    this.#recording = this.active ? new RecordingInfo() : undefined;
  }

  get isRecordingActive(): boolean {
    return this.active;
  }

  get recordings(): Sdk.RecordingInfo[] {
    return this.#recording ? [asSdk<Sdk.RecordingInfo>(this.#recording)] : [];
  }

  protected override changed(): void {
    const ended = this.#recording;
    this.#recording = this.active ? new RecordingInfo() : undefined;
    ended?.end();
    this.emit("recordingsUpdated", { added: this.recordings, removed: ended ? [ended] : [] });
    this.emit("isRecordingActiveChanged");
  }
}

export class TranscriptionFeature extends ActiveFeature implements Public<Sdk.TranscriptionCallFeature> {
  readonly name = "Transcription";

  constructor({ signals, snapshot }: FeatureContext) {
    const isActive = () => snapshot()?.transcription ?? false;
    super("TranscriptionCallFeature", ["isTranscriptionActiveChanged"], signals, isActive);
  }

  get isTranscriptionActive(): boolean {
    return this.active;
  }

  protected override changed(): void {
    this.emit("isTranscriptionActiveChanged");
  }
}

// The SDK's DeviceManager.
// https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/manage-video#device-management
import { Emitter } from "../base/emitter.ts";
import type { Public, Sdk } from "../base/sdk-types.ts";
import { browserId, stopTracks } from "./capture.ts";

const audioDevice =
  (deviceType: "Microphone" | "Speaker") =>
  ({ deviceId, label }: MediaDeviceInfo): Sdk.AudioDeviceInfo => ({
    name: label,
    id: `${deviceType.toLowerCase()}:${deviceId}`,
    isSystemDefault: deviceId === "default",
    deviceType,
  });

const camera = ({ deviceId, label }: MediaDeviceInfo): Sdk.VideoDeviceInfo => ({
  name: label,
  id: `camera:${deviceId}`,
  deviceType: "UsbCamera",
});

interface DeviceLists {
  cameras: Sdk.VideoDeviceInfo[];
  microphones: Sdk.AudioDeviceInfo[];
  speakers: Sdk.AudioDeviceInfo[];
}

async function listDevices(): Promise<DeviceLists> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind) => devices.filter((device) => device.kind === kind);
  return {
    cameras: of("videoinput").map(camera),
    microphones: of("audioinput").map(audioDevice("Microphone")),
    speakers: of("audiooutput").map(audioDevice("Speaker")),
  };
}

interface Difference<Device> {
  added: Device[];
  removed: Device[];
}

function difference<Device extends { id: string; name: string }>(old: Device[], now: Device[]): Difference<Device> {
  const without = (list: Device[], others: Device[]) =>
    list.filter((one) => !others.some(({ id, name }) => id === one.id && name === one.name));
  return { added: without(now, old), removed: without(old, now) };
}

export class EmulatedDeviceManager extends Emitter implements Public<Sdk.DeviceManager> {
  readonly isSpeakerSelectionAvailable = "setSinkId" in HTMLMediaElement.prototype;
  #known: DeviceLists = { cameras: [], microphones: [], speakers: [] };
  selectedMicrophone: Sdk.AudioDeviceInfo | undefined;
  selectedSpeaker: Sdk.AudioDeviceInfo | undefined;
  readonly #disposed = new AbortController();

  private constructor() {
    super("DeviceManager", [
      "videoDevicesUpdated",
      "audioDevicesUpdated",
      "selectedMicrophoneChanged",
      "selectedSpeakerChanged",
    ]);
    const update = () => void this.#update();
    navigator.mediaDevices.addEventListener("devicechange", update, { signal: this.#disposed.signal });
  }

  static async create(): Promise<EmulatedDeviceManager> {
    const manager = new EmulatedDeviceManager();
    await manager.#update();
    return manager;
  }

  async getCameras(): Promise<Sdk.VideoDeviceInfo[]> {
    return (await this.#update()).cameras;
  }

  async getMicrophones(): Promise<Sdk.AudioDeviceInfo[]> {
    return (await this.#update()).microphones;
  }

  async getSpeakers(): Promise<Sdk.AudioDeviceInfo[]> {
    return (await this.#update()).speakers;
  }

  async selectMicrophone(microphone: Sdk.AudioDeviceInfo): Promise<void> {
    this.#select("Microphone", microphone);
  }

  async selectSpeaker(speaker: Sdk.AudioDeviceInfo): Promise<void> {
    this.#select("Speaker", speaker);
  }

  #select(kind: "Microphone" | "Speaker", device: Sdk.AudioDeviceInfo | undefined): void {
    if (device?.id === this[`selected${kind}`]?.id) return;
    this[`selected${kind}`] = device;
    this.emit(`selected${kind}Changed`);
  }

  /** Asks for both together, so that the user sees one prompt; then one by one, if one of them is refused. */
  async askDevicePermission({ audio, video }: Sdk.PermissionConstraints): Promise<Sdk.DeviceAccess> {
    const ask = async (constraints: MediaStreamConstraints) => {
      try {
        stopTracks(await navigator.mediaDevices.getUserMedia(constraints));
        return true;
      } catch {
        return false;
      }
    };
    const both = audio && video && (await ask({ audio, video }));
    const access = both
      ? { audio, video }
      : { audio: audio && (await ask({ audio })), video: video && (await ask({ video })) };
    await this.#update();
    return access;
  }

  /** Fake and real devices open fast enough: nothing happens. */
  async startPreheatDevices(): Promise<void> {}

  stopPreheatDevices(): void {}

  /** Reads the devices again. A selected device that is gone is replaced by the default one. */
  async #update(): Promise<DeviceLists> {
    const old = this.#known;
    const now = await listDevices();
    this.#known = now;
    const video = difference(old.cameras, now.cameras);
    const audio = difference([...old.microphones, ...old.speakers], [...now.microphones, ...now.speakers]);
    if (video.added.length + video.removed.length > 0) this.emit("videoDevicesUpdated", video);
    if (audio.added.length + audio.removed.length > 0) this.emit("audioDevicesUpdated", audio);
    const present = (list: Sdk.AudioDeviceInfo[], selected: Sdk.AudioDeviceInfo | undefined) =>
      list.find(({ id }) => id === selected?.id) ?? list.find(({ isSystemDefault }) => isSystemDefault) ?? list[0];
    const named = now.microphones.filter(({ id }) => browserId(id) !== "");
    this.#select("Microphone", present(named, this.selectedMicrophone));
    this.#select("Speaker", present(now.speakers, this.selectedSpeaker));
    return now;
  }

  dispose(): void {
    this.#disposed.abort();
  }
}

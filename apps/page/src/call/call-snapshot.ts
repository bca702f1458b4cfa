// Reads a call of the SDK: its snapshot, and the events after which it can be different.
import type { RemoteParticipant, RemoteVideoStream, TeamsCall } from "@azure/communication-calling";
import { getIdentifierRawId } from "@azure/communication-common";
import { type CallFeatures, rightsOf } from "./call-features.ts";
import type { CallPhase, CallSnapshot, Participant, Video } from "./calling.ts";

/** The key of the own camera for `attachVideo`. */
export const localKey = "local";

const phases: Readonly<Record<TeamsCall["state"], CallPhase>> = {
  None: "connecting",
  Connecting: "connecting",
  EarlyMedia: "ringing",
  Ringing: "ringing",
  InLobby: "lobby",
  Connected: "connected",
  LocalHold: "held",
  RemoteHold: "held",
  // It has no reason yet, so it still counts as connected.
  Disconnecting: "connected",
  Disconnected: "disconnected",
};

const waiting: Readonly<Partial<Record<RemoteParticipant["state"], NonNullable<Participant["waiting"]>>>> = {
  Idle: "connecting",
  Connecting: "connecting",
  EarlyMedia: "ringing",
  Ringing: "ringing",
  Hold: "held",
};

/** Returns the call as it is now. `mutedByOther` is only an event of the SDK, so the caller keeps it. */
export function snapshotOf(call: TeamsCall, features: CallFeatures, mutedByOther: boolean): CallSnapshot {
  const { callEndReason: end, state } = call;
  const { participants, hand } = withHands(call, features);
  return {
    phase: phases[state],
    ...(state === "LocalHold" ? { heldBy: "me" } : {}),
    ...(state === "RemoteHold" ? { heldBy: "other" } : {}),
    ...(end === undefined ? {} : { end: { code: end.code, subCode: end.subCode ?? 0 } }),
    muted: call.isMuted,
    mutedByOther: mutedByOther && call.isMuted,
    cameraOn: call.isLocalVideoStarted,
    screenSharing: call.isScreenSharingOn,
    ...(call.isLocalVideoStarted ? { localVideo: { key: localKey, kind: "camera" } } : {}),
    ...(hand === undefined ? {} : { hand }),
    participants,
    lobby: withIds(call.lobby.participants).map(participant),
    dominantSpeakers: (features.speakers?.dominantSpeakers.speakersList ?? []).map(getIdentifierRawId),
    recording: features.recording?.isRecordingActive ?? false,
    transcription: features.transcription?.isTranscriptionActive ?? false,
    rights: rightsOf(call.role, features),
  };
}

/** The SDK lists the own hand too, without saying that it is the own one: it belongs to none of the other participants. */
function withHands(call: TeamsCall, { hands }: CallFeatures): { participants: Participant[]; hand?: number } {
  const raised = (hands?.getRaisedHands() ?? [])
    .toSorted((a, b) => a.order - b.order)
    .map(({ identifier }) => getIdentifierRawId(identifier));
  const others = new Set(call.remoteParticipants.map(({ identifier }) => getIdentifierRawId(identifier)));
  const own = raised.findIndex((id) => !others.has(id));
  const participants = withIds(call.remoteParticipants).map((entry) => {
    const place = raised.indexOf(getIdentifierRawId(entry.remote.identifier));
    return { ...participant(entry), ...(place < 0 ? {} : { hand: place + 1 }) };
  });
  return own < 0 ? { participants } : { participants, hand: own + 1 };
}

interface Identified {
  readonly id: string;
  readonly remote: RemoteParticipant;
}

/** Adds IDs that are unique in the list, even if a user takes part twice. */
function withIds(remotes: readonly RemoteParticipant[]): Identified[] {
  const times = new Map<string, number>();
  return remotes.map((remote) => {
    const rawId = getIdentifierRawId(remote.identifier);
    const count = (times.get(rawId) ?? 0) + 1;
    times.set(rawId, count);
    return { id: count === 1 ? rawId : `${rawId}#${count}`, remote };
  });
}

/** Finds the participant with an ID of a snapshot. */
export const findParticipant = (remotes: readonly RemoteParticipant[], id: string): RemoteParticipant | undefined =>
  withIds(remotes).find((entry) => entry.id === id)?.remote;

/** Finds the stream with a key of a snapshot. */
export function findStream(call: TeamsCall, key: string): RemoteVideoStream | undefined {
  for (const { id, remote } of withIds(call.remoteParticipants)) {
    for (const stream of remote.videoStreams) if (video(id, stream).key === key) return stream;
  }
  return undefined;
}

function participant({ id, remote }: Identified): Participant {
  const why = waiting[remote.state];
  return {
    id,
    name: remote.displayName || "Unnamed participant",
    speaking: remote.isSpeaking,
    muted: remote.isMuted,
    videos: remote.videoStreams.filter((stream) => stream.isAvailable).map((stream) => video(id, stream)),
    ...(why === undefined ? {} : { waiting: why }),
  };
}

const video = (participantId: string, stream: RemoteVideoStream): Video => ({
  key: `${participantId}/${stream.id}`,
  kind: stream.mediaStreamType === "ScreenSharing" ? "screen" : "camera",
});

/** Listens to everything that is in a snapshot, also for participants who join later. */
export function watchCall(call: TeamsCall, features: CallFeatures, changed: () => void): void {
  call.on("stateChanged", changed);
  call.on("roleChanged", changed);
  call.on("isMutedChanged", changed);
  call.on("isScreenSharingOnChanged", changed);
  call.on("isLocalVideoStartedChanged", changed);
  call.on("localVideoStreamsUpdated", changed);
  call.on("remoteParticipantsUpdated", ({ added }) => {
    for (const remote of added) watchParticipant(remote, changed);
    changed();
  });
  call.lobby.on("lobbyParticipantsUpdated", changed);
  for (const remote of call.remoteParticipants) watchParticipant(remote, changed);
  features.recording?.on("isRecordingActiveChanged", changed);
  features.transcription?.on("isTranscriptionActiveChanged", changed);
  features.hands?.on("raisedHandEvent", changed);
  features.hands?.on("loweredHandEvent", changed);
  features.speakers?.on("dominantSpeakersChanged", changed);
  features.capabilities?.on("capabilitiesChanged", changed);
}

function watchParticipant(remote: RemoteParticipant, changed: () => void): void {
  remote.on("stateChanged", changed);
  remote.on("isMutedChanged", changed);
  remote.on("isSpeakingChanged", changed);
  remote.on("displayNameChanged", changed);
  const watchStreams = (streams: readonly RemoteVideoStream[]) => {
    for (const stream of streams) stream.on("isAvailableChanged", changed);
  };
  watchStreams(remote.videoStreams);
  remote.on("videoStreamsUpdated", ({ added }) => {
    watchStreams(added);
    changed();
  });
}

// The members of the Calling SDK in the emulator's calling module, for SUPPORT.md. A test compares it with the SDK's types.

/** Members by how well they are supported; an event is `on:<name>`. `none` throws an error with the name of the member. */
export interface MemberSupport {
  /** As documented. */
  full: string;
  /** Something is missing; with what. */
  partial?: Readonly<Record<string, string>>;
  /** Microsoft does not document it enough; with what the emulator does. */
  invented?: Readonly<Record<string, string>>;
  none?: string;
}

/** By type of the SDK. `exports` are the values that the package exports, `Features` the features. */
export const callingSupport: Readonly<Record<string, MemberSupport>> = {
  exports: {
    full: "CallAgentKind CallClient CallKind DevicePermissionAccess DiagnosticQuality Features IncomingCallKind LocalVideoStream RecordingState VideoStreamRenderer",
    partial: { LocalAudioStream: "Only in the options of a call." },
    none: "WbLocalVideoStream disconnectCategoryMap",
  },
  Features: {
    full: "DominantSpeakers RaiseHand Recording Transcription",
    partial: { DebugInfo: "Does not look at other tabs.", MediaStats: "Samples only." },
    none: "AudioEffects BreakoutRooms CallSurvey Capabilities Captions DataChannel MediaAccess OptimalVideoCount PPTLive Reaction RealTimeText Spotlight TeamsMeetingAudioConferencing TogetherMode Transfer UserFacingDiagnostics VideoEffects",
  },
  CallClient: {
    full: "createTeamsCallAgent dispose feature getDeviceManager",
    partial: { createCallAgent: "Always 403/40229: there are only Teams users." },
  },
  TeamsCallAgent: {
    full: "calls connectionState dispose kind on:callsUpdated on:connectionStateChanged on:incomingCall",
    partial: {
      join: "Video constraints are ignored. A camera that cannot be opened is left off.",
      startCall: "No calls on behalf of others; the custom context is ignored. A group call needs no `threadId`.",
    },
  },
  TeamsCall: {
    full: "addParticipant callEndReason callerInfo direction dispose feature hangUp hold id isIncomingAudioMuted isLocalVideoStarted isMuted isScreenSharingOn kind lobby localVideoStreams mute muteAllRemoteParticipants muteIncomingAudio remoteParticipants removeParticipant resume role startScreenSharing startVideo state stopScreenSharing stopVideo unmute unmuteIncomingAudio on:isIncomingAudioMutedChanged on:isLocalVideoStartedChanged on:isMutedChanged on:isScreenSharingOnChanged on:localVideoStreamsUpdated on:mutedByOthers on:remoteParticipantsUpdated on:roleChanged on:stateChanged",
    partial: {
      info: "The thread is the one of the options.",
      localAudioStreams: "Only the app's own stream.",
      remoteAudioStreams: "One stream with a track for each participant.",
      isEmergencyCall: "Always undefined.",
      transferorInfo: "Always undefined.",
      "on:callerInfoChanged": "Never happens.",
      "on:localAudioStreamsUpdated": "Never happens.",
      "on:remoteAudioStreamsUpdated": "Only when the first sound arrives.",
      "on:transferorInfoChanged": "Never happens.",
    },
    invented: { "on:idChanged": "The ID changes once, to the ID of the call on the service." },
    none: "sendDtmf setConstraints startAudio stopAudio",
  },
  TeamsCallInfo: {
    full: "getServerCallId participantId",
    partial: { threadId: "As in `info`.", onCallInfoChanged: "As `on:idChanged`.", offCallInfoChanged: "As above." },
  },
  TeamsIncomingCall: {
    full: "accept callEndReason callerInfo id kind reject on:callEnded",
    partial: {
      customContext: "Always undefined.",
      info: "Only the ID.",
      transferorInfo: "Always undefined.",
      "on:callerInfoChanged": "Never happens.",
      "on:transferorInfoChanged": "Never happens.",
    },
  },
  Lobby: { full: "admit admitAll participants reject on:lobbyParticipantsUpdated" },
  RemoteParticipant: {
    full: "callEndReason displayName endpointDetails identifier isMuted mute role state videoStreams on:displayNameChanged on:isMutedChanged on:roleChanged on:stateChanged on:videoStreamsUpdated",
    partial: { hasDisplayNameChanged: "Always false." },
    invented: {
      isSpeaking: "True up to 0.8 s after a sound.",
      "on:isSpeakingChanged": "As `isSpeaking`.",
    },
  },
  RemoteVideoStream: {
    full: "getMediaStream id isAvailable mediaStreamType size on:isAvailableChanged on:sizeChanged",
    invented: { isReceiving: "While the browser receives pictures.", "on:isReceivingChanged": "As `isReceiving`." },
  },
  RemoteAudioStream: { full: "getVolume", partial: { getMediaStream: "Not mixed: a track for each participant." } },
  Volume: { full: "level", invented: { "on:levelChanged": "Five times per second." } },
  LocalVideoStream: {
    full: "dispose getMediaStream mediaStreamType setMediaStream source switchSource on:videoSourceChanged",
    none: "feature",
  },
  LocalAudioStream: {
    full: "dispose getMediaStream mediaStreamType source",
    partial: { "on:audioSourceChanged": "Never happens." },
    none: "feature getVolume setMediaStream switchSource",
  },
  VideoStreamRenderer: { full: "createView dispose size" },
  VideoStreamRendererView: { full: "dispose isMirrored scalingMode target updateScalingMode" },
  DeviceManager: {
    full: "askDevicePermission getCameras getMicrophones getSpeakers isSpeakerSelectionAvailable selectMicrophone selectSpeaker selectedMicrophone selectedSpeaker on:audioDevicesUpdated on:selectedMicrophoneChanged on:selectedSpeakerChanged on:videoDevicesUpdated",
    partial: { startPreheatDevices: "Does nothing.", stopPreheatDevices: "Does nothing." },
  },
  RecordingCallFeature: {
    full: "dispose isRecordingActive name on:isRecordingActiveChanged on:recordingsUpdated recordings",
    partial: { grantTeamsConsent: "Does nothing.", isTeamsConsentRequired: "Always false." },
  },
  TranscriptionCallFeature: {
    full: "dispose isTranscriptionActive name on:isTranscriptionActiveChanged",
    partial: { grantTeamsConsent: "Does nothing.", isTeamsConsentRequired: "Always false." },
  },
  DominantSpeakersCallFeature: {
    full: "dispose name on:dominantSpeakersChanged",
    invented: { dominantSpeakers: "Who spoke last comes first." },
  },
  RaiseHandCallFeature: {
    full: "dispose getRaisedHands lowerAllHands lowerHand lowerHands name on:loweredHandEvent on:raisedHandEvent raiseHand",
  },
  MediaStatsCallFeature: { full: "dispose name", partial: { createCollector: "Options are ignored." } },
  MediaStatsCollector: {
    full: "dispose",
    partial: {
      "on:sampleReported": "Codec, bit rate, packets, losses, jitter, picture size and rate, round-trip time.",
      "on:summaryReported": "Never happens.",
    },
  },
  DebugInfoCallClientFeature: {
    full: "dispose name",
    partial: {
      getEnvironmentInfo: "Supported means that there is WebRTC.",
      isCallClientActiveInAnotherTab: "Always false.",
      "on:isCallClientActiveInAnotherTabChanged": "Never happens.",
    },
  },
};

/** All members of a type in the table. */
export const listedMembers = ({ full, partial, invented, none }: MemberSupport): string[] =>
  [...full.split(" "), ...Object.keys({ ...partial, ...invented }), ...(none?.split(" ") ?? [])].sort();

const inWords = (member: string) => (member.startsWith("on:") ? `event \`${member.slice(3)}\`` : `\`${member}\``);

function rowsOf([type, { full, partial = {}, invented = {}, none }]: [string, MemberSupport]): string[] {
  const list = (members: string) => members.split(" ").map(inWords).join(", ");
  const noted =
    (support: string) =>
    ([member, note]: [string, string]) =>
      `| ${type} | ${inWords(member)} | ${support} | ${note} |`;
  return [
    `| ${type} | ${list(full)} | full | |`,
    ...Object.entries(partial).map(noted("partial")),
    ...Object.entries(invented).map(noted("invented")),
    ...(none === undefined ? [] : [`| ${type} | ${list(none)} | none | |`]),
  ];
}

/** The section of SUPPORT.md. */
export const callingSupportSection = (): string => `## Calling SDK members

The module \`@teams-token-exchange/emulator/calling\`, compared with @azure/communication-calling 2.0.0. Members with *none*
throw an error with their name. Everything between the browsers and \`/calling\` is *invented*.

| Type | Member | Support | Note |
| --- | --- | --- | --- |
${Object.entries(callingSupport).flatMap(rowsOf).join("\n")}
`;

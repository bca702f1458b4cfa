// The features of a call that the SDK offers as extensions. Each of them may be missing in a module with the same classes.
import type { TeamsCall } from "@azure/communication-calling";
import type { CallRights } from "./calling.ts";
import type { CallingModule } from "./calling-sdk.ts";

/** Returns the features of a call. A feature that the module does not have is undefined. */
export function callFeatures(sdk: CallingModule, call: TeamsCall) {
  return {
    recording: offered(() => call.feature(sdk.Features.Recording)),
    transcription: offered(() => call.feature(sdk.Features.Transcription)),
    hands: offered(() => call.feature(sdk.Features.RaiseHand)),
    speakers: offered(() => call.feature(sdk.Features.DominantSpeakers)),
    capabilities: offered(() => call.feature(sdk.Features.Capabilities)),
  };
}

export type CallFeatures = ReturnType<typeof callFeatures>;

function offered<Feature>(get: () => Feature): Feature | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}

type Role = TeamsCall["role"];

const organizers: readonly Role[] = ["Organizer", "Co-organizer"];
const presenters: readonly Role[] = [...organizers, "Presenter"];

/**
 * What this user may do: what the SDK says, or else what the role in the meeting allows. Outside of meetings the role is
 * `Unknown`, and allows nothing.
 * Source: https://learn.microsoft.com/azure/communication-services/how-tos/calling-sdk/lobby and .../capabilities
 */
export function rightsOf(
  role: Role,
  { capabilities, hands }: Pick<CallFeatures, "capabilities" | "hands">,
): CallRights {
  const may = (name: keyof NonNullable<typeof capabilities>["capabilities"], byRole: boolean) => {
    const capability = capabilities?.capabilities[name];
    return capability === undefined || capability.reason === "NotInitialized" ? byRole : capability.isPresent;
  };
  return {
    admit: may("manageLobby", presenters.includes(role)),
    muteOthers: may("muteOthers", presenters.includes(role)),
    remove: may("removeParticipant", presenters.includes(role)),
    endForEveryone: may("hangUpForEveryOne", organizers.includes(role)),
    raiseHand: hands !== undefined && may("raiseHand", role !== "Unknown"),
  };
}

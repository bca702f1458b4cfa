// Identifiers of users and their raw form. The module cannot import these functions from @azure/communication-common, because
// it needs nothing at run time.
// https://learn.microsoft.com/azure/communication-services/concepts/identifiers
import type { CommunicationIdentifier, CommunicationIdentifierKind } from "@azure/communication-common";
import { notEmulated } from "./sdk-error.ts";

const teamsUser = "8:orgid:";
const phone = "4:";

/** The identifier object that the SDK gives for a raw identifier. */
export function identifierOf(rawId: string): CommunicationIdentifierKind {
  if (rawId.startsWith(teamsUser)) {
    const microsoftTeamsUserId = rawId.slice(teamsUser.length);
    return { kind: "microsoftTeamsUser", microsoftTeamsUserId, rawId, isAnonymous: false, cloud: "public" };
  }
  if (rawId.startsWith(phone)) {
    return { kind: "phoneNumber", phoneNumber: rawId.slice(phone.length), rawId };
  }
  if (rawId.startsWith("8:acs:")) return { kind: "communicationUser", communicationUserId: rawId };
  return { kind: "unknown", id: rawId };
}

/**
 * The raw identifier of an identifier object, in lower case.
 * @throws CallingError for the kinds that have no user in the emulator: Teams apps and users of Teams Phone extensibility
 */
export function rawIdOf(identifier: CommunicationIdentifier): string {
  const { rawId, microsoftTeamsUserId, phoneNumber, communicationUserId, id } = identifier as unknown as Record<
    string,
    string
  >;
  const raw =
    rawId ||
    (microsoftTeamsUserId && teamsUser + microsoftTeamsUserId) ||
    (phoneNumber && phone + phoneNumber) ||
    communicationUserId ||
    id;
  if (!raw) throw notEmulated("This kind of identifier");
  return raw.toLowerCase();
}

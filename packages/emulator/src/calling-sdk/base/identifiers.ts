// Identifiers of users and their raw form. The module cannot import these functions from @azure/communication-common, because
// it needs nothing at run time.
// https://learn.microsoft.com/azure/communication-services/concepts/identifiers
import type { CommunicationIdentifier, CommunicationIdentifierKind } from "@azure/communication-common";

const teamsUser = "8:orgid:";
const phoneNumber = "4:";

/** The identifier object that the SDK gives for a raw identifier. */
export function identifierOf(rawId: string): CommunicationIdentifierKind {
  if (rawId.startsWith(teamsUser)) {
    const microsoftTeamsUserId = rawId.slice(teamsUser.length);
    return { kind: "microsoftTeamsUser", microsoftTeamsUserId, rawId, isAnonymous: false, cloud: "public" };
  }
  if (rawId.startsWith(phoneNumber)) {
    return { kind: "phoneNumber", phoneNumber: rawId.slice(phoneNumber.length), rawId };
  }
  if (rawId.startsWith("8:acs:")) return { kind: "communicationUser", communicationUserId: rawId };
  return { kind: "unknown", id: rawId };
}

/** The raw identifier of an identifier object, in lower case. */
export function rawIdOf(identifier: CommunicationIdentifier): string {
  const { rawId } = identifier as { rawId?: string };
  if (rawId) return rawId.toLowerCase();
  if ("microsoftTeamsUserId" in identifier) return `${teamsUser}${identifier.microsoftTeamsUserId}`.toLowerCase();
  if ("phoneNumber" in identifier) return `${phoneNumber}${identifier.phoneNumber}`;
  if ("communicationUserId" in identifier) return identifier.communicationUserId.toLowerCase();
  if ("teamsAppId" in identifier) return `28:orgid:${identifier.teamsAppId}`.toLowerCase();
  if ("userId" in identifier) return `8:acs:${identifier.resourceId}_${identifier.tenantId}_${identifier.userId}`;
  return (identifier as { id: string }).id;
}

// Delegated permissions that Microsoft documents for Graph. Users may consent to them although the seed does not list
// them; calls to the parts of Graph behind them stay unsupported.
import { guidFromText } from "../crypto/random-values.ts";
import type { Scope } from "../state/seed-types.ts";

/** By the first part of the name. */
const documented: Record<string, string> = {
  AccessReview: "Read.All ReadWrite.All ReadWrite.Membership",
  AdministrativeUnit: "Read.All ReadWrite.All",
  Agreement: "Read.All ReadWrite.All",
  Analytics: "Read",
  AppCatalog: "Read.All ReadWrite.All Submit",
  Application: "Read.All ReadWrite.All",
  AppRoleAssignment: "ReadWrite.All",
  AuditLog: "Read.All",
  Bookings: "Manage.All Read.All ReadWrite.All",
  BookingsAppointment: "ReadWrite.All",
  Bookmark: "Read.All",
  Calendars: "Read Read.Shared ReadBasic ReadWrite ReadWrite.Shared",
  CallEvents: "Read",
  CallRecordings: "Read.All",
  CallTranscripts: "Read.All",
  Channel: "Create Delete.All ReadBasic.All",
  ChannelMember: "Read.All ReadWrite.All",
  ChannelMessage: "Edit Read.All ReadWrite Send",
  ChannelSettings: "Read.All ReadWrite.All",
  Chat: "Create ManageDeletion.All Read ReadBasic ReadWrite ReadWrite.All",
  ChatMember: "Read ReadWrite",
  ChatMessage: "Read Send",
  CloudPC: "Read.All ReadWrite.All",
  Contacts: "Read Read.Shared ReadWrite ReadWrite.Shared",
  CrossTenantInformation: "ReadBasic.All",
  DelegatedAdminRelationship: "Read.All ReadWrite.All",
  DelegatedPermissionGrant: "Read.All ReadWrite.All",
  Device: "Command Read Read.All",
  DeviceManagementApps: "Read.All ReadWrite.All",
  DeviceManagementConfiguration: "Read.All ReadWrite.All",
  DeviceManagementManagedDevices: "PrivilegedOperations.All Read.All ReadWrite.All",
  DeviceManagementRBAC: "Read.All ReadWrite.All",
  DeviceManagementServiceConfig: "Read.All ReadWrite.All",
  Directory: "AccessAsUser.All Read.All ReadWrite.All",
  Domain: "Read.All ReadWrite.All",
  EAS: "AccessAsUser.All",
  EduAssignments: "Read ReadBasic ReadWrite ReadWriteBasic",
  EduRoster: "Read ReadBasic ReadWrite",
  EntitlementManagement: "Read.All ReadWrite.All",
  EWS: "AccessAsUser.All",
  ExternalItem: "Read.All ReadWrite.All ReadWrite.OwnedBy",
  Files: "Read Read.All Read.Selected ReadWrite ReadWrite.All ReadWrite.AppFolder ReadWrite.Selected",
  Group: "Read.All ReadWrite.All",
  GroupMember: "Read.All ReadWrite.All",
  IdentityProvider: "Read.All ReadWrite.All",
  IdentityRiskEvent: "Read.All ReadWrite.All",
  IdentityRiskyUser: "Read.All ReadWrite.All",
  IMAP: "AccessAsUser.All",
  InformationProtectionPolicy: "Read",
  Mail: "Read Read.Shared ReadBasic ReadBasic.Shared ReadWrite ReadWrite.Shared Send Send.Shared",
  MailboxFolder: "Read ReadWrite",
  MailboxItem: "ImportExport Read",
  MailboxSettings: "Read ReadWrite",
  Member: "Read.Hidden",
  Notes: "Create Read Read.All ReadWrite ReadWrite.All ReadWrite.CreatedByApp",
  Notifications: "ReadWrite.CreatedByApp",
  OnlineMeetingArtifact: "Read.All",
  OnlineMeetingRecording: "Read.All",
  OnlineMeetingTranscript: "Read.All",
  OnlineMeetings: "Read ReadWrite",
  OnPremisesPublishingProfiles: "ReadWrite.All",
  Organization: "Read.All ReadWrite.All",
  OrgContact: "Read.All",
  People: "Read Read.All",
  Place: "Read.All ReadWrite.All",
  Policy:
    "Read.All Read.ConditionalAccess Read.PermissionGrant ReadWrite.ApplicationConfiguration ReadWrite.AuthenticationFlows ReadWrite.AuthenticationMethod ReadWrite.Authorization ReadWrite.ConditionalAccess ReadWrite.ConsentRequest ReadWrite.PermissionGrant",
  POP: "AccessAsUser.All",
  Presence: "Read Read.All ReadWrite",
  Printer: "Create FullControl.All Read.All ReadWrite.All",
  PrintJob: "Create Read Read.All ReadBasic ReadWrite ReadWrite.All",
  PrivilegedAccess:
    "Read.AzureAD Read.AzureADGroup Read.AzureResources ReadWrite.AzureAD ReadWrite.AzureADGroup ReadWrite.AzureResources",
  ProfilePhoto: "Read.All ReadWrite.All",
  Reports: "Read.All",
  RoleManagement: "Read.All Read.Directory ReadWrite.Directory",
  Schedule: "Read.All ReadWrite.All",
  SecurityActions: "Read.All ReadWrite.All",
  SecurityAlert: "Read.All ReadWrite.All",
  SecurityEvents: "Read.All ReadWrite.All",
  SecurityIncident: "Read.All ReadWrite.All",
  ServiceHealth: "Read.All",
  ServiceMessage: "Read.All",
  ShortNotes: "Read ReadWrite",
  Sites: "FullControl.All Manage.All Read.All ReadWrite.All Selected",
  SMTP: "Send",
  SubjectRightsRequest: "Read.All ReadWrite.All",
  Subscription: "Read.All",
  Synchronization: "Read.All ReadWrite.All",
  Tasks: "Read Read.Shared ReadWrite ReadWrite.Shared",
  Team: "Create ReadBasic.All",
  TeamMember: "Read.All ReadWrite.All ReadWriteNonOwnerRole.All",
  TeamsActivity: "Read Send",
  TeamsAppInstallation:
    "ReadForChat ReadForTeam ReadForUser ReadWriteForChat ReadWriteForTeam ReadWriteForUser ReadWriteSelfForChat ReadWriteSelfForTeam ReadWriteSelfForUser",
  TeamSettings: "Read.All ReadWrite.All",
  TeamsTab: "Create Read.All ReadWrite.All ReadWriteForChat ReadWriteForTeam ReadWriteForUser",
  TermStore: "Read.All ReadWrite.All",
  ThreatHunting: "Read.All",
  User: "EnableDisableAccount.All Export.All Invite.All ManageIdentities.All Read Read.All ReadBasic.All ReadWrite ReadWrite.All RevokeSessions.All",
  UserActivity: "ReadWrite.CreatedByApp",
  UserAuthenticationMethod: "Read Read.All ReadWrite ReadWrite.All",
  VirtualEvent: "Read ReadWrite",
};

/** Permissions for all objects need an administrator, except these. */
const forEveryUser = new Set(
  "Bookings.Manage.All Bookings.Read.All Bookings.ReadWrite.All BookingsAppointment.ReadWrite.All Channel.ReadBasic.All EAS.AccessAsUser.All EWS.AccessAsUser.All Files.Read.All Files.ReadWrite.All IMAP.AccessAsUser.All Notes.Read.All Notes.ReadWrite.All Place.Read.All POP.AccessAsUser.All Presence.Read.All Sites.Manage.All Sites.Read.All Sites.ReadWrite.All Team.ReadBasic.All User.ReadBasic.All".split(
    " ",
  ),
);

const forAdministrators = /\.(All|Hidden|AzureAD|AzureADGroup|AzureResources|ConditionalAccess|Directory)$|^Policy\./;

const byName = new Map(
  Object.entries(documented).flatMap(([area, names]) =>
    names.split(" ").map((name): [string, string] => [`${area}.${name}`.toLowerCase(), `${area}.${name}`]),
  ),
);

/** @param name in lower case */
export function documentedGraphPermission(name: string): Scope | undefined {
  const value = byName.get(name);
  if (value === undefined) return undefined;
  return {
    id: guidFromText(`graph permission ${value}`),
    value,
    displayName: value,
    ...(forAdministrators.test(value) && !forEveryUser.has(value) ? { adminConsentRequired: true } : {}),
  };
}

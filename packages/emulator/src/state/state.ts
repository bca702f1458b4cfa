// The state of the emulator, as plain data and maps of plain data. A reset replaces it, and an export contains it.
import type { AcsResource, Consent, Meeting, Registration, Seed, Settings, Tenant, User } from "./seed-types.ts";

/** A browser session of the sign-in pages: who is signed in, and whether with a second factor. */
export interface Session {
  accounts: { oid: string; mfa: boolean; signedInAt: number }[];
  /** Applications (app ids) of the session, for front-channel logout. */
  clients: string[];
}

/** What the user granted at the authorization endpoint; codes and refresh tokens carry it. */
export interface Grant {
  tenantId: string;
  userOid: string;
  clientAppId: string;
  scope: string;
  mfa: boolean;
  /** Seconds since 1970 of the sign-in. */
  authTime: number;
}

/** An authorization code; it stays after use, so that a second use differs from an unknown code. */
export interface AuthorizationCode extends Grant {
  redirectUri: string;
  nonce?: string;
  codeChallenge?: string;
  /** Conditional-access contexts requested at the authorization endpoint. */
  acrs?: string[];
  /** Milliseconds. */
  expiresAt: number;
  redeemed: boolean;
}

/** A refresh token. Those of SPAs keep the expiry of the first one when they are rotated. */
export interface RefreshToken extends Grant {
  spa: boolean;
  /** Milliseconds. */
  issuedAt: number;
  expiresAt: number;
  acrs?: string[];
}

/** An authorization request in progress, while the user is on the sign-in pages. */
export interface Transaction {
  tenant: string;
  request: Record<string, string>;
  userOid?: string;
  mfa: boolean;
  consented: boolean;
  expiresAt: number;
}

/** A device-code sign-in in progress. */
export interface DeviceCode {
  userCode: string;
  clientAppId: string;
  tenant: string;
  scope: string;
  expiresAt: number;
  outcome?: { userOid: string; tenantId: string; mfa: boolean } | "declined";
}

/** An ACS user. */
export interface Identity {
  id: string;
  resourceId: string;
  customId?: string;
  /** Milliseconds. */
  lastTokenIssuedAt?: number;
  deleted: boolean;
}

/** An issued ACS access token, stored by its digest to know whether it is still valid. */
export interface AcsTokenRecord {
  identityId: string;
  resourceId: string;
  /** Seconds since 1970. */
  expiresAt: number;
  /** Digest of the access key that signed the request; undefined for callers with an Entra token. */
  accessKeyDigest?: string;
  ended?: "revoked" | "identity deleted" | "access key regenerated";
}

/** A user or resource account that may use Teams Phone extensibility on a resource. */
export interface TeamsExtensionAssignment {
  objectId: string;
  tenantId: string;
  principalType: "user" | "resourceAccount";
  clientIds?: string[];
}

/** An open extension of a Graph user. */
export interface OpenExtension {
  id: string;
  extensionName: string;
  [property: string]: unknown;
}

/** The whole state. Reset and import replace its members in place, so that no one keeps an old copy. */
export interface State {
  tenants: Tenant[];
  users: User[];
  registrations: Registration[];
  consents: Consent[];
  acsResources: AcsResource[];
  meetings: Meeting[];
  settings: Settings;
  sessions: Map<string, Session>;
  transactions: Map<string, Transaction>;
  codes: Map<string, AuthorizationCode>;
  refreshTokens: Map<string, RefreshToken>;
  deviceCodes: Map<string, DeviceCode>;
  identities: Map<string, Identity>;
  acsTokens: Map<string, AcsTokenRecord>;
  assignments: Map<string, TeamsExtensionAssignment>;
  extensions: Map<string, OpenExtension[]>;
}

/** A new state with a copy of the seed. */
export function stateFromSeed(seed: Seed): State {
  return {
    meetings: [],
    ...structuredClone(seed),
    sessions: new Map(),
    transactions: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    deviceCodes: new Map(),
    identities: new Map(),
    acsTokens: new Map(),
    assignments: new Map(),
    extensions: new Map(),
  };
}

/** Keeps memory small in long load tests; larger than any test needs. */
const LIMIT = 50_000;

/** Sets an entry and deletes the oldest ones above the limit. */
export function setBounded<Value>(map: Map<string, Value>, key: string, value: Value, limit = LIMIT): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}

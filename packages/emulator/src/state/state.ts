// Everything the emulator remembers, as plain data and maps of plain data: what a reset replaces and an export holds.
import type { AcsResource, Consent, Registration, Seed, Settings, Tenant, User } from "./seed-types.ts";

/** A browser session of the sign-in pages: who is signed in, and how well they proved it. */
export interface Session {
  accounts: { oid: string; mfa: boolean; signedInAt: number }[];
  /** Applications (app ids) that signed in through it: front-channel logout tells them. */
  clients: string[];
}

/** What a person agreed to at the authorization endpoint; the code and the refresh token both carry it on. */
export interface Grant {
  tenantId: string;
  userOid: string;
  clientAppId: string;
  scope: string;
  mfa: boolean;
  /** Seconds since 1970 of the sign-in. */
  authTime: number;
}

/** An authorization code; it stays after use, so that a second use can be told from an unknown code. */
export interface AuthorizationCode extends Grant {
  redirectUri: string;
  nonce?: string;
  codeChallenge?: string;
  /** Requested at the authorization endpoint: conditional-access values for the access token. */
  acrs?: string[];
  /** Milliseconds. */
  expiresAt: number;
  redeemed: boolean;
}

/** A refresh token. Those of SPAs keep the expiry of the first one, whatever the rotation. */
export interface RefreshToken extends Grant {
  spa: boolean;
  /** Milliseconds. */
  issuedAt: number;
  expiresAt: number;
  acrs?: string[];
}

/** An authorization request under way, while a person looks at our pages. */
export interface Transaction {
  tenant: string;
  request: Record<string, string>;
  userOid?: string;
  mfa: boolean;
  consented: boolean;
  expiresAt: number;
}

/** A device-code sign-in under way. */
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

/** An ACS access token that was handed out, kept by its digest to tell whether it still counts. */
export interface AcsTokenRecord {
  identityId: string;
  resourceId: string;
  /** Seconds since 1970. */
  expiresAt: number;
  /** Digest of the access key that signed the request; none for an Entra bearer. */
  accessKeyDigest?: string;
  ended?: "revoked" | "identity deleted" | "access key regenerated";
}

/** Who may use Teams Phone extensibility on a resource. */
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

/** All of it. Replaced in place by reset and import, so that nobody keeps a stale copy. */
export interface State {
  tenants: Tenant[];
  users: User[];
  registrations: Registration[];
  consents: Consent[];
  acsResources: AcsResource[];
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

/** A fresh state that holds the seed (copied) and nothing else. */
export function stateFromSeed(seed: Seed): State {
  return {
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

/** More than any test looks back on. */
const LIMIT = 50_000;

/** Sets an entry and drops the oldest ones beyond the limit. */
export function setBounded<Value>(map: Map<string, Value>, key: string, value: Value, limit = LIMIT): void {
  map.set(key, value);
  for (const oldest of map.keys()) {
    if (map.size <= limit) return;
    map.delete(oldest);
  }
}

// The schema of an exported state. Export and import use the same names and formats.
import {
  anyObject,
  boolean,
  list,
  object,
  oneOf,
  optional,
  record,
  rule,
  type Schema,
  someText,
  text,
  tuple,
} from "./schema.ts";
import { seedMembers } from "./seed-schema.ts";

/** The largest number that a Date can hold, in milliseconds. */
const LAST_MILLISECOND = 8_640_000_000_000_000;

const time = rule("a time as a number", (value) => {
  return Number.isFinite(value) && Math.abs(value as number) <= LAST_MILLISECOND;
});
const texts = list(text);

const grant = { tenantId: text, userOid: text, clientAppId: text, scope: text, mfa: boolean, authTime: time };

const account = object("an account", { oid: text, mfa: boolean, signedInAt: time });

const outcome = object("an outcome", { userOid: text, tenantId: text, mfa: boolean });

const outcomeOrDeclined: Schema = {
  optional: true,
  problem: (value, path) => (value === "declined" ? undefined : outcome.problem(value, path)),
};

/** The entries of each map of the state. */
const mapEntries: Record<string, Schema> = {
  sessions: object("a session", { accounts: list(account), clients: texts }),
  transactions: object("a transaction", {
    tenant: text,
    request: record(text),
    userOid: optional(text),
    mfa: boolean,
    consented: boolean,
    expiresAt: time,
  }),
  codes: object("a code", {
    ...grant,
    redirectUri: text,
    nonce: optional(text),
    codeChallenge: optional(text),
    acrs: optional(texts),
    expiresAt: time,
    redeemed: boolean,
  }),
  refreshTokens: object("a refresh token", {
    ...grant,
    spa: boolean,
    issuedAt: time,
    expiresAt: time,
    acrs: optional(texts),
  }),
  deviceCodes: object("a device code", {
    userCode: text,
    clientAppId: text,
    tenant: text,
    scope: text,
    expiresAt: time,
    outcome: outcomeOrDeclined,
  }),
  identities: object("an identity", {
    id: text,
    resourceId: text,
    customId: optional(text),
    lastTokenIssuedAt: optional(time),
    deleted: boolean,
  }),
  acsTokens: object("an ACS token", {
    identityId: text,
    resourceId: text,
    expiresAt: time,
    accessKeyDigest: optional(text),
    ended: optional(oneOf("revoked", "identity deleted", "access key regenerated")),
  }),
  assignments: object("an assignment", {
    objectId: text,
    tenantId: text,
    principalType: oneOf("user", "resourceAccount"),
    clientIds: optional(texts),
  }),
  extensions: list(anyObject),
};

const maps = Object.entries(mapEntries).map(([name, entry]) => [name, optional(list(tuple(text, entry)))]);

const keys = object("a key ring", { privateKeys: list(someText, 1) });

const date = rule("a date, such as 2030-01-01T00:00:00.000Z", (value) => {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
});

/** What `export` returns and `import` takes. */
export const exportSchema: Schema = object("an exported state", {
  format: text,
  state: object("the state", { ...seedMembers, ...Object.fromEntries(maps) }),
  clock: object("the clock", { offsetMilliseconds: time, frozenAt: optional(date) }),
  keys: object("the keys", { entra: keys, acs: keys }),
});

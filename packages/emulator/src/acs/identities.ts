// ACS users of a resource: finds them and checks that they belong to the resource, and reads the fields that two token
// operations share.

import type { EmulatorContext } from "../http/context.ts";
import type { OperationRequest } from "../http/operation.ts";
import type { Identity } from "../state/state.ts";
import { AcsError, identityNotOwned, validationError } from "./acs-error.ts";
import type { AcsCall } from "./acs-operation.ts";
import { mintAcsToken } from "./acs-tokens.ts";

/** The scopes that a token of an ACS user can have. */
const knownScopes = ["chat", "voip", "chat.join", "chat.join.limited", "voip.join"];

const LIFETIME_MINUTES = { min: 60, max: 1_440 };

/** The identity in the path. @throws AcsError `IdentityNotOwned` if it is unknown, deleted or of another resource */
export function ownedIdentity(context: EmulatorContext, request: OperationRequest, { caller }: AcsCall): Identity {
  const identity = context.state.identities.get(request.params["id"] ?? "");
  if (!identity || identity.deleted || identity.resourceId !== caller.resource.id) throw identityNotOwned();
  return identity;
}

/** Reads `scopes` of a body. @throws AcsError if they are missing, empty or unknown */
export function readAcsScopes(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw validationError("Invalid scopes - Scopes field is required.", "scopes");
  }
  const unknown = value.find((scope) => !knownScopes.includes(String(scope)));
  if (unknown !== undefined) {
    const message = `Invalid scopes - Scope '${String(unknown).slice(0, 64)}' is not supported.`;
    throw new AcsError(400, "ValidationError", message, { target: "scopes", invented: true });
  }
  return value.map(String);
}

/**
 * Reads `expiresInMinutes` of a body.
 * @returns seconds, by default a day
 * @throws AcsError unless it is 60 to 1440 minutes
 */
export function readLifetimeSeconds(value: unknown): number {
  if (value === undefined || value === null) return LIFETIME_MINUTES.max * 60;
  const minutes = Number(value);
  if (!Number.isInteger(minutes) || minutes < LIFETIME_MINUTES.min || minutes > LIFETIME_MINUTES.max) {
    const message = `ExpiresInMinutes value ${String(value).slice(0, 32)} is invalid. Value must be within the [60, 1440] interval.`;
    throw validationError(message, "ExpiresInMinutes");
  }
  return minutes * 60;
}

/** Creates issues a token for an ACS user. */
export function mintIdentityToken(
  context: EmulatorContext,
  { caller }: AcsCall,
  identity: Identity,
  scopes: readonly string[],
  lifetimeSeconds: number,
) {
  identity.lastTokenIssuedAt = context.clock.now();
  const skypeId = identity.id.replace(/^8:/, "");
  return mintAcsToken(context, caller, { skypeId, scopes, expiresAt: context.clock.seconds() + lifetimeSeconds });
}

/** Ends all valid tokens of an identity. */
export function endTokens(context: EmulatorContext, identityId: string, ended: "revoked" | "identity deleted"): void {
  for (const record of context.state.acsTokens.values()) {
    if (record.identityId === identityId) record.ended ??= ended;
  }
}

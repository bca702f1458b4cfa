// ACS users of a resource: look-up with ownership, and the fields of a token request that two operations share.

import type { EmulatorContext } from "../http/context.ts";
import type { OperationRequest } from "../http/operation.ts";
import type { Identity } from "../state/state.ts";
import { AcsError, identityNotOwned, validationError } from "./acs-error.ts";
import type { AcsCall } from "./acs-operation.ts";
import { mintAcsToken } from "./acs-tokens.ts";

/** What an ACS user's token may be for. */
const knownScopes = ["chat", "voip", "chat.join", "chat.join.limited", "voip.join"];

const LIFETIME_MINUTES = { min: 60, max: 1_440 };

/** The identity that the path names. @throws AcsError `IdentityNotOwned` when it is unknown, deleted or another's */
export function ownedIdentity(context: EmulatorContext, request: OperationRequest, { caller }: AcsCall): Identity {
  const identity = context.state.identities.get(request.params["id"] ?? "");
  if (!identity || identity.deleted || identity.resourceId !== caller.resource.id) throw identityNotOwned();
  return identity;
}

/** `scopes` of a body. @throws AcsError when they are absent, empty or unknown */
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

/** `expiresInMinutes` of a body in seconds; a day by default. @throws AcsError outside of an hour to a day */
export function readLifetimeSeconds(value: unknown): number {
  if (value === undefined || value === null) return LIFETIME_MINUTES.max * 60;
  const minutes = Number(value);
  if (!Number.isInteger(minutes) || minutes < LIFETIME_MINUTES.min || minutes > LIFETIME_MINUTES.max) {
    const message = `ExpiresInMinutes value ${String(value).slice(0, 32)} is invalid. Value must be within the [60, 1440] interval.`;
    throw validationError(message, "ExpiresInMinutes");
  }
  return minutes * 60;
}

/** A token for an ACS user. */
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

/** Ends all tokens of an identity that still count. */
export function endTokens(context: EmulatorContext, identityId: string, ended: "revoked" | "identity deleted"): void {
  for (const record of context.state.acsTokens.values()) {
    if (record.identityId === identityId) record.ended ??= ended;
  }
}

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

/** The only api-version with `customId`. */
export const CUSTOM_ID_VERSION = "2025-03-02-preview";

const LIFETIME_MINUTES = { min: 60, max: 1_440 };

/** The identity in the path. @throws AcsError `IdentityNotOwned` if it is unknown, deleted or of another resource */
export function ownedIdentity(context: EmulatorContext, request: OperationRequest, { caller }: AcsCall): Identity {
  const identity = context.state.identities.get(request.params["id"] ?? "");
  if (!identity || identity.deleted || identity.resourceId !== caller.resource.id) throw identityNotOwned();
  return identity;
}

/** The real error for a value of another type is not known. */
export const notAList = (target: string): AcsError =>
  new AcsError(400, "ValidationError", `The ${target} field must be a list of scopes.`, { target, invented: true });

/** A date as in the answers about an identity: whole seconds and an offset. */
const identityDate = (milliseconds: number): string => `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;

/** The identity as the service shows it. Its custom id and last token exist only in the preview. */
export function identityJson({ id, customId, lastTokenIssuedAt }: Identity, { version }: AcsCall): object {
  if (version !== CUSTOM_ID_VERSION) return { id };
  return {
    ...(customId === undefined ? {} : { customId }),
    ...(lastTokenIssuedAt === undefined ? {} : { lastTokenIssuedAt: identityDate(lastTokenIssuedAt) }),
    id,
  };
}

/** Reads `scopes` of a body. @throws AcsError if they are missing, empty or unknown */
export function readAcsScopes(value: unknown): string[] {
  if (value === undefined || value === null) throw validationError("Scopes: The Scopes field is required.", "Scopes");
  if (!Array.isArray(value)) throw notAList("scopes");
  if (value.length === 0) throw validationError("Invalid scopes - Scopes field is required.", "scopes");
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
  const minutes = typeof value === "number" ? value : Number.NaN;
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

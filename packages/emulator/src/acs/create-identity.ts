// CommunicationIdentity_Create: creates an ACS user, with a token if the request has scopes.
import { randomBytes } from "node:crypto";
import type { EmulatorContext } from "../http/context.ts";
import { type Answer, jsonObjectOf, type OperationRequest } from "../http/operation.ts";
import type { Identity } from "../state/state.ts";
import { AcsError, validationError } from "./acs-error.ts";
import { type AcsCall, acsOperation, apiVersions } from "./acs-operation.ts";
import {
  CUSTOM_ID_VERSION,
  identityJson,
  mintIdentityToken,
  notAList,
  readAcsScopes,
  readLifetimeSeconds,
} from "./identities.ts";

const CUSTOM_ID_LIMIT = 256;

function readCustomId(value: unknown, { version }: AcsCall): string | undefined {
  if (value === undefined || version !== CUSTOM_ID_VERSION) return undefined;
  if (typeof value === "string" && value.length > 0 && value.length <= CUSTOM_ID_LIMIT) return value;
  const message = `CustomId must be a string of 1 to ${CUSTOM_ID_LIMIT} characters.`;
  throw new AcsError(400, "ValidationError", message, { target: "customId", invented: true });
}

/** The user with this custom id, or a new user. */
function identityFor(context: EmulatorContext, resourceId: string, customId: string | undefined): Identity {
  const { identities } = context.state;
  if (customId !== undefined) {
    for (const known of identities.values()) {
      if (known.customId === customId && known.resourceId === resourceId && !known.deleted) return known;
    }
  }
  const id = `8:acs:${resourceId}_${randomBytes(8).toString("hex")}-${randomBytes(8).toString("hex")}`;
  const identity: Identity = { id, resourceId, deleted: false, ...(customId === undefined ? {} : { customId }) };
  identities.set(id, identity);
  return identity;
}

/** No or an empty list means no token. */
function readTokenScopes(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw notAList("createTokenWithScopes");
  return value.length === 0 ? [] : readAcsScopes(value);
}

async function create(context: EmulatorContext, request: OperationRequest, call: AcsCall): Promise<Answer> {
  const body = jsonObjectOf(request);
  if (!body) throw validationError("The request body is not a JSON object.", "body");
  const scopes = readTokenScopes(body["createTokenWithScopes"]);
  // The service checks the lifetime even if there is no token.
  const lifetimeSeconds = readLifetimeSeconds(body["expiresInMinutes"]);
  const identity = identityFor(context, call.caller.resource.id, readCustomId(body["customId"], call));
  const accessToken =
    scopes.length > 0 ? await mintIdentityToken(context, call, identity, scopes, lifetimeSeconds) : undefined;
  return {
    status: 201,
    asked: scopes.length > 0 ? `identity with a token for ${scopes.join(", ")}` : "identity",
    body: { identity: identityJson(identity, call), ...(accessToken ? { accessToken } : {}) },
  };
}

/** POST /identities. */
export const createIdentity = acsOperation({
  name: "CommunicationIdentity_Create",
  method: "POST",
  path: "/identities",
  versions: apiVersions,
  handle: create,
});

// The published signing keys. Each key names its issuer, so that servers can check that key, issuer and tenant match.

import type { EmulatorContext } from "../http/context.ts";
import type { Answer, Operation, OperationRequest } from "../http/operation.ts";
import { isPersonalTenant, PERSONAL_TENANT, tenantOf } from "./directory.ts";
import { anyOrigin } from "./discovery.ts";
import { withEntraErrors } from "./entra-error.ts";
import { issuerOf } from "./entra-tokens.ts";

async function keySet(context: EmulatorContext, request: OperationRequest): Promise<Answer> {
  const segment = request.params["tenant"] ?? "";
  const tenantId = isPersonalTenant(segment) ? PERSONAL_TENANT : tenantOf(context.state, segment)?.id;
  const issuer = issuerOf(request.origin, tenantId ?? "{tenantid}", 2);
  const keys = (await context.entraKeys.published()).map((key) => ({
    ...key.publicJwk,
    use: "sig",
    kid: key.kid,
    x5t: key.kid,
    ...(key.certificate === undefined ? {} : { x5c: [key.certificate] }),
    issuer,
  }));
  return { status: 200, headers: anyOrigin, body: { keys } };
}

const keysOperation = (path: string): Operation => ({
  name: "keys",
  method: "GET",
  answersHead: true,
  path,
  handle: (context, request) => withEntraErrors(context, request, () => keySet(context, request)),
});

/** `/{tenant}/discovery/v2.0/keys` and `/{tenant}/discovery/keys`. */
export const keys: readonly Operation[] = [
  keysOperation("/:tenant/discovery/v2.0/keys"),
  keysOperation("/:tenant/discovery/keys"),
];

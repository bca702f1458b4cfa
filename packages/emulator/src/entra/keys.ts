// The published signing keys. Each names the issuer it signs for, so that a verifier can bind key, issuer and tenant.

import type { World } from "../http/context.ts";
import type { Answer, Operation, OperationRequest } from "../http/operation.ts";
import { tenantOf } from "./directory.ts";
import { anyOrigin } from "./discovery.ts";
import { answeringErrors } from "./entra-error.ts";
import { issuerOf } from "./entra-tokens.ts";

async function keySet(world: World, request: OperationRequest): Promise<Answer> {
  const tenant = tenantOf(world.state, request.params["tenant"] ?? "");
  const issuer = issuerOf(request.origin, tenant?.id ?? "{tenantid}", 2);
  const keys = (await world.entraKeys.published()).map((key) => ({
    ...key.publicJwk,
    use: "sig",
    kid: key.kid,
    x5t: key.kid,
    issuer,
  }));
  return { status: 200, headers: anyOrigin, body: { keys } };
}

const at = (path: string): Operation => ({
  name: "keys",
  method: "GET",
  path,
  handle: (world, request) => answeringErrors(world, request, () => keySet(world, request)),
});

/** `/{tenant}/discovery/v2.0/keys` and its v1 twin. */
export const keys: readonly Operation[] = [at("/:tenant/discovery/v2.0/keys"), at("/:tenant/discovery/keys")];

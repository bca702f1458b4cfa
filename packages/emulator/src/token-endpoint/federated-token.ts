// A token in the place of a client's own assertion: that of a managed identity which the registration trusts. Tokens of
// other issuers would have to be checked with keys from elsewhere, and the emulator calls nobody.
import { decodeJwt, errors } from "jose";
import { EntraError } from "../entra/entra-error.ts";
import { type EntraClaims, verifyToken } from "../entra/verify-token.ts";
import type { World } from "../http/context.ts";
import type { Registration } from "../state/seed-types.ts";
import { notInTime } from "./time-range.ts";

const TOKEN_EXCHANGE = "api://AzureADTokenExchange";

async function verified(world: World, jwt: string): Promise<EntraClaims> {
  try {
    return await verifyToken(world, jwt, undefined, 0);
  } catch (error) {
    const claims = decodeJwt(jwt);
    const isForeign = error instanceof errors.JWTClaimValidationFailed && error.claim === "iss";
    if (isForeign || error instanceof errors.JWKSNoMatchingKey) throw new EntraError(700211, [claims.iss ?? ""]);
    throw error instanceof errors.JWTExpired ? notInTime(claims, world.clock.seconds()) : new EntraError(50027);
  }
}

/** @throws EntraError: AADSTS50027, 700024, 700211, 700212, 700213 */
export async function verifyFederatedToken(world: World, client: Registration, jwt: string): Promise<void> {
  const { aud, sub = "" } = await verified(world, jwt);
  const endpoint = world.state.registrations.find((one) => one.identifierUris?.includes(TOKEN_EXCHANGE));
  if (![TOKEN_EXCHANGE, endpoint?.appId].includes(String(aud))) throw new EntraError(700212, [String(aud)]);
  if (!client.trustedIdentities?.includes(sub)) throw new EntraError(700213, [sub]);
}

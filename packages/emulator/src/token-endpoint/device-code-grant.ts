// The device-code grant: the device polls here while its user signs in elsewhere.

import { EntraError } from "../entra/entra-error.ts";
import type { World } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import { requiredField, type TokenRequest } from "./token-request.ts";
import { userTokens } from "./user-tokens.ts";

/** @throws EntraError: AADSTS70016 while pending, 70018, 70020, 65004 when declined, and those of userTokens */
export async function deviceCodeGrant(world: World, request: TokenRequest): Promise<Answer> {
  const { client, form } = request;
  // Older clients call the field `code`.
  const deviceCode = form.get("device_code") ?? requiredField(form, "code");
  const device = world.state.deviceCodes.get(deviceCode);
  if (!device || device.clientAppId !== client.appId) throw new EntraError(70018);
  if (device.expiresAt <= world.clock.now()) throw new EntraError(70020);
  if (device.outcome === undefined) throw new EntraError(70016);
  world.state.deviceCodes.delete(deviceCode);
  if (device.outcome === "declined") throw new EntraError(65004);
  const { userOid, tenantId, mfa } = device.outcome;
  const grant = {
    ...{ tenantId, userOid, clientAppId: client.appId, scope: device.scope },
    ...{ mfa, spa: false, authTime: world.clock.seconds() },
  };
  return userTokens(world, request, grant, device.scope);
}

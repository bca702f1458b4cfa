// The device-code grant: the device polls while its user signs in on another device.

import { EntraError } from "../entra/entra-error.ts";
import type { EmulatorContext } from "../http/context.ts";
import type { Answer } from "../http/operation.ts";
import { requiredField, type TokenRequest } from "./token-request.ts";
import { userTokens } from "./user-tokens.ts";

/** @throws EntraError: AADSTS70016 while pending, 70018, 70020, 65004 when declined, and those of userTokens */
export async function deviceCodeGrant(context: EmulatorContext, request: TokenRequest): Promise<Answer> {
  const { client, form } = request;
  // Older clients call the field `code`.
  const deviceCode = form.get("device_code") ?? requiredField(form, "code");
  const device = context.state.deviceCodes.get(deviceCode);
  if (!device || device.clientAppId !== client.appId) throw new EntraError(70018);
  if (device.expiresAt <= context.clock.now()) throw new EntraError(70020);
  if (device.outcome === undefined) throw new EntraError(70016);
  context.state.deviceCodes.delete(deviceCode);
  if (device.outcome === "declined") throw new EntraError(65004);
  const { userOid, tenantId, mfa } = device.outcome;
  const grant = {
    tenantId,
    userOid,
    clientAppId: client.appId,
    scope: device.scope,
    mfa,
    spa: false,
    authTime: context.clock.seconds(),
  };
  return userTokens(context, request, grant, device.scope);
}

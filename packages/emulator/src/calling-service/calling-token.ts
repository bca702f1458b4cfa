// Whether an ACS access token may open a connection to the calling service, and whose it is. Codes:
// https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes
import { createLocalJWKSet, jwtVerify } from "jose";
import { inspectAcsToken, type TokenInspection } from "../acs/acs-tokens.ts";
import type { CallingUser } from "../calling/agent.ts";
import type { EndReason } from "../calling/protocol.ts";
import type { EmulatorContext } from "../http/context.ts";

/** A token that is not accepted. */
export interface Refusal extends EndReason {
  message: string;
}

export type JudgedToken = { user: CallingUser; expiresAt: number } | { refusal: Refusal };

const refuse = (code: number, subCode: number, message: string): JudgedToken => ({
  refusal: { code, subCode, message },
});

interface AcsClaims {
  skypeid?: string;
  acsScope?: string;
  tid?: string;
  exp?: number;
}

/** The claims of a token that ACS of this emulator signed, valid or expired; `undefined` for any other text. */
async function claimsOf({ acsKeys }: EmulatorContext, token: string): Promise<AcsClaims | undefined> {
  const keys = (await acsKeys.published()).map(({ publicJwk, kid }) => ({ ...publicJwk, kid, alg: "RS256" }));
  try {
    // The expiry is judged by `inspectAcsToken`, which knows why a token ended. Any date before all expiries does here.
    const options = { algorithms: ["RS256"], currentDate: new Date(0), clockTolerance: Number.MAX_SAFE_INTEGER };
    return (await jwtVerify<AcsClaims>(token, createLocalJWKSet({ keys }), options)).payload;
  } catch {
    return undefined;
  }
}

/** Why a token that was valid once is not accepted any more; `undefined` if it is. */
export function refusalOf({ active, reason }: TokenInspection): Refusal | undefined {
  if (active) return undefined;
  if (reason === "expired") return { code: 401, subCode: 40235, message: "The access token has expired." };
  return { code: 401, subCode: 10009, message: `The access token is not valid any more: ${reason}.` };
}

/**
 * Judges a token: signature, kind, scope, and whether it expired or was revoked.
 * @returns the user, and when the token expires in seconds since 1970; or the refusal
 */
export async function judgeToken(context: EmulatorContext, token: string): Promise<JudgedToken> {
  const claims = await claimsOf(context, token);
  if (claims === undefined) return refuse(403, 40229, "This is not an access token of Azure Communication Services.");
  const objectId = /^orgid:(.+)$/.exec(claims.skypeid ?? "")?.[1];
  if (objectId === undefined || claims.tid === undefined) {
    return refuse(403, 40231, "This is not the access token of a Teams user.");
  }
  if (!(claims.acsScope ?? "").split(",").includes("voip")) {
    return refuse(401, 44113, "The access token does not have the scope voip.");
  }
  const refusal = refusalOf(inspectAcsToken(context, token));
  if (refusal !== undefined) return { refusal };
  const known = context.state.users.find(({ oid }) => oid === objectId);
  const user = { rawId: `8:orgid:${objectId}`, displayName: known?.displayName ?? "Unknown user" };
  return { user: { ...user, tenantId: claims.tid, objectId }, expiresAt: claims.exp ?? 0 };
}

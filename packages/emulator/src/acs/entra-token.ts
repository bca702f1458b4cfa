// How ACS checks an Entra token. What the claims must say is each operation's own.
import { errors } from "jose";
import { type EntraClaims, verifyToken } from "../entra/verify-token.ts";
import type { World } from "../http/context.ts";

export type { EntraClaims } from "../entra/verify-token.ts";

const SKEW_SECONDS = 60;

/** @returns the claims, or why the token is refused (without any part of it) */
export async function verifyEntraToken(
  world: World,
  token: string,
  audience: string[],
): Promise<{ ok: true; value: EntraClaims } | { ok: false; reason: string }> {
  try {
    return { ok: true, value: await verifyToken(world, token, audience, SKEW_SECONDS) };
  } catch (error) {
    const reason = error instanceof errors.JOSEError ? error.message : "not a JWT";
    return { ok: false, reason: `Entra token: ${reason}` };
  }
}

// Whether an ACS token still counts. The real service shows a revocation only where tokens are used, in calls and
// chats; here this is where a test sees it.
import type { World } from "../http/context.ts";
import { acsTokenDigest } from "./acs-tokens.ts";
import { accessKeyDigest } from "./authenticate-caller.ts";

/** The verdict; `reason` says why a token does not count. */
export interface TokenInspection {
  active: boolean;
  reason?: "unknown" | "expired" | "revoked" | "identity deleted" | "access key regenerated";
}

/** Knows only tokens of this emulator. */
export function inspectAcsToken(world: World, token: string): TokenInspection {
  const record = world.state.acsTokens.get(acsTokenDigest(token));
  if (!record) return { active: false, reason: "unknown" };
  if (record.ended) return { active: false, reason: record.ended };
  if (record.expiresAt <= world.clock.seconds()) return { active: false, reason: "expired" };
  return { active: true };
}

/** Ends every token that was made with the key, as regenerating it does. */
export function endTokensOfKey(world: World, accessKey: string): void {
  const digest = accessKeyDigest(accessKey);
  for (const record of world.state.acsTokens.values()) {
    if (record.accessKeyDigest === digest) record.ended ??= "access key regenerated";
  }
}

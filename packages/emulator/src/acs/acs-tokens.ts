// ACS access tokens: created, looked up and ended. They have neither issuer nor audience, but a Skype id, and scopes in
// one comma-separated string.
import { createHash } from "node:crypto";
import { type Claims, signJwt } from "../crypto/jwt.ts";
import type { EmulatorContext } from "../http/context.ts";
import { setBounded } from "../state/state.ts";
import { type AcsCaller, accessKeyDigest } from "./authenticate-caller.ts";

/** The token to create. */
export interface AcsTokenSubject {
  /** Skype id without the `8:` of the raw identifier, e.g. `orgid:<oid>` or `acs:<resource>_<user>`. */
  skypeId: string;
  /** ACS scopes, e.g. `voip`, `chat`. */
  scopes: readonly string[];
  /** Seconds since 1970. */
  expiresAt: number;
  /** More claims, such as `tid`, which tells the Calling SDK that this is a Teams user. */
  claims?: Claims;
}

/** The date format as seen on the real service: seven fractional digits and an offset. */
const acsDate = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(/\.(\d{3})Z$/, ".$10000+00:00");

/** The key of a token in the state, so that the state holds no tokens. */
const acsTokenDigest = (token: string): string => createHash("sha256").update(token).digest("base64url");

/** Creates a token and stores its digest, so that a revocation or a regenerated key can end it. */
export async function mintAcsToken(
  context: EmulatorContext,
  caller: AcsCaller,
  subject: AcsTokenSubject,
): Promise<{ token: string; expiresOn: string }> {
  const key = await context.acsKeys.current();
  const iat = context.clock.seconds();
  const { id, region, location } = caller.resource;
  const claims: Claims = {
    skypeid: subject.skypeId,
    scp: 1792,
    csi: String(iat),
    exp: subject.expiresAt,
    rgn: region,
    acsScope: subject.scopes.join(","),
    resourceId: id,
    resourceLocation: location,
    iat,
    ...subject.claims,
  };
  const x5t = Buffer.from(key.kid, "hex").toString("base64url");
  const token = await signJwt(key, claims, { x5t });
  setBounded(context.state.acsTokens, acsTokenDigest(token), {
    identityId: `8:${subject.skypeId}`,
    resourceId: id,
    expiresAt: subject.expiresAt,
    ...(caller.accessKeyDigest === undefined ? {} : { accessKeyDigest: caller.accessKeyDigest }),
  });
  return { token, expiresOn: acsDate(subject.expiresAt) };
}

/** Whether a token is valid; `reason` says why not. */
export interface TokenInspection {
  active: boolean;
  reason?: "unknown" | "expired" | "revoked" | "identity deleted" | "access key regenerated";
}

/** Looks up a token. The real service shows a revocation only in calls and chats; tests see it here. */
export function inspectAcsToken(context: EmulatorContext, token: string): TokenInspection {
  const record = context.state.acsTokens.get(acsTokenDigest(token));
  if (!record) return { active: false, reason: "unknown" };
  if (record.ended) return { active: false, reason: record.ended };
  if (record.expiresAt <= context.clock.seconds()) return { active: false, reason: "expired" };
  return { active: true };
}

/** Ends every token that was issued with the access key. */
export function endTokensOfKey(context: EmulatorContext, accessKey: string): void {
  const digest = accessKeyDigest(accessKey);
  for (const record of context.state.acsTokens.values()) {
    if (record.accessKeyDigest === digest) record.ended ??= "access key regenerated";
  }
}

// Reads the parts of a compact JWT. With Node's own base64url, which takes a third of the time of one that runs anywhere.

/** One part as JSON, or undefined where it is none. */
export function readPart(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** The claims of a signed token, unverified; undefined where it is not one that anybody but its resource can read. */
export function readClaims(token: string): Record<string, unknown> | undefined {
  const parts = token.split(".", 4);
  const claims = parts.length === 3 ? readPart(parts[1] as string) : undefined;
  if (typeof claims !== "object" || claims === null || Array.isArray(claims)) return undefined;
  return claims as Record<string, unknown>;
}

// Reads the claims of a token for display. It checks nothing: only the resource that a token is for can judge it.

/** One claim, ready to be shown. */
export interface Claim {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** The claims of a JSON Web Token, or undefined for a token that is opaque to us. */
export function decodeClaims(token: string): readonly Claim[] | undefined {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (typeof claims !== "object" || claims === null || Array.isArray(claims)) return undefined;
    return Object.entries(claims).map(([name, value]) => ({
      name,
      value: claimValue(name, value),
      meaning: meanings[name] ?? "",
    }));
  } catch {
    return undefined;
  }
}

function claimValue(name: string, value: unknown): string {
  const isTime = name === "exp" || name === "iat" || name === "nbf";
  if (isTime && typeof value === "number" && Math.abs(value) < 8e12) {
    return `${value} (${new Date(value * 1000).toISOString().replace("T", " ").replace(".000Z", " UTC")})`;
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

const meanings: Readonly<Record<string, string>> = {
  aud: "The resource that the token is for",
  iss: "Who issued it",
  exp: "Not valid from this time on",
  iat: "When it was issued",
  nbf: "Not valid before this time",
  oid: "The user's object id in the tenant",
  tid: "The tenant",
  sub: "The user, as this resource knows them",
  scp: "The permissions that the token carries",
  azp: "The client app that asked for it (v2 form)",
  appid: "The client app that asked for it (v1 form)",
  azpacr: "How the client app authenticated (v2 form)",
  appidacr: "How the client app authenticated (v1 form)",
  ver: "The form of the token, 1.0 or 2.0",
  preferred_username: "The user's sign-in name, for display only",
  upn: "The user's sign-in name, for display only",
  unique_name: "The user's sign-in name, for display only",
  name: "The user's name, for display only",
  skypeid: "The Teams user, as the calling service knows them",
  acsScope: "What the token may be used for in calls",
  resourceId: "The Azure Communication Services resource",
  scenario: "The kind of token, for the calling service",
  resourceLocation: "Where that resource keeps its data",
  rgn: "The region of the calling service",
  csi: "When the token was issued, for the calling service",
  aad_appid: "The client app whose Entra token was exchanged",
  aad_iat: "When the exchanged Entra token was issued",
  uti: "The id of this token",
  xms_cc: "What the client can do; cp1 means that it can answer a claims challenge",
  idtyp: "The kind of subject, such as user or app",
};

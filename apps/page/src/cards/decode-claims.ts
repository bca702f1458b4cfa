// Decodes the claims of a token to display them. It validates nothing: only the resource of a token can do that.

/** One claim, ready to be shown. */
export interface Claim {
  readonly name: string;
  readonly value: string;
  readonly meaning: string;
}

/** The claims of a JSON Web Token, or undefined for an opaque token. */
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
  aud: "The resource that the token was issued for",
  iss: "Who issued it",
  exp: "Not valid after this time",
  iat: "When it was issued",
  nbf: "Not valid before this time",
  oid: "The user's object ID in the tenant",
  tid: "The tenant",
  sub: "The user's ID for this resource",
  scp: "The permissions of the token",
  azp: "The client app that requested it (v2.0 token)",
  appid: "The client app that requested it (v1.0 token)",
  azpacr: "How the client app authenticated (v2.0 token)",
  appidacr: "How the client app authenticated (v1.0 token)",
  ver: "The version of the token, 1.0 or 2.0",
  preferred_username: "The user's sign-in name, for display only",
  upn: "The user's sign-in name, for display only",
  unique_name: "The user's sign-in name, for display only",
  name: "The user's name, for display only",
  skypeid: "The Teams user's ID in the calling service",
  acsScope: "What the token allows in calls",
  resourceId: "The Azure Communication Services resource",
  scenario: "The kind of token, for the calling service",
  resourceLocation: "Where that resource stores its data",
  rgn: "The region of the calling service",
  csi: "When the token was issued, for the calling service",
  aad_appid: "The client app whose Entra token was exchanged",
  aad_iat: "When the exchanged Entra token was issued",
  uti: "The ID of this token",
  xms_cc: "What the client supports; cp1 means claims challenges",
  idtyp: "The kind of subject, such as user or app",
};

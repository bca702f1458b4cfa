// Test data for the servers: one tenant, its keys, and users with both tokens, created once for all processes of a run.
import { generateKeyPairSync, sign } from "node:crypto";

export const tenantId = "5c0ffee0-1111-4a6b-9c3d-2f6f1b7e0001";
export const apiClientId = "a9100000-0000-4000-8000-00000000a001";
export const clientId = "c1100000-0000-4000-8000-00000000c001";
export const accessKey = Buffer.from("a key of the benchmark, which is no secret at all").toString("base64");
export const kid = "bench";

/** A new RSA key pair of the size that Entra ID uses. */
export const makeKeys = () => generateKeyPairSync("rsa", { modulusLength: 2048 });

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
const jwt = (claims, privateKey) => {
  const content = `${part({ alg: "RS256", typ: "JWT", kid })}.${part(claims)}`;
  return `${content}.${sign("RSA-SHA256", Buffer.from(content), privateKey).toString("base64url")}`;
};

/** Padding, so that tokens are as long as Entra's (about 1.6 KB). */
const filler = "x".repeat(700);

/** Both tokens of the user with this number. */
export function tokensOf(user, authority, privateKey, changes = {}) {
  const exp = Math.floor(Date.now() / 1000) + 4500;
  const oid = `0b1ec700-0000-4000-8000-${String(user).padStart(12, "0")}`;
  const shared = { exp, nbf: exp - 4600, iat: exp - 4600, oid, tid: tenantId, uti: `${user}`, filler };
  const api = {
    ...shared,
    ...{ ver: "2.0", iss: `${authority}/${tenantId}/v2.0`, aud: apiClientId, azp: clientId, scp: "access_as_user" },
    ...changes,
  };
  const teams = {
    ...shared,
    ...{ ver: "1.0", iss: `${authority}/${tenantId}/`, aud: "https://auth.msft.communication.azure.com" },
    ...{ appid: clientId, scp: "Teams.ManageCalls Teams.ManageChats" },
  };
  // No server checks this signature, so it only needs the right length.
  const teamsContent = `${part({ alg: "RS256", typ: "JWT", kid })}.${part(teams)}`;
  return {
    oid,
    callerToken: jwt(api, privateKey),
    teamsToken: `${teamsContent}.${Buffer.alloc(256, user % 251).toString("base64url")}`,
  };
}

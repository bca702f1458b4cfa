// Tests key rotation with a client that verifies tokens.
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, it } from "vitest";
import { startEmulator } from "../src/start-emulator.ts";

it("signs with the new key, publishes both, and withdraws the old one on request", async () => {
  const emulator = await startEmulator();
  const address = new URL(`${emulator.origin}/${emulator.tenant("northwharf").id}/discovery/v2.0/keys`);
  const verify = (token: string) => jwtVerify(token, createRemoteJWKSet(address));
  const old = await emulator.issueToken({ resource: "api", user: "ada" });
  await emulator.rotateKeys();
  const fresh = await emulator.issueToken({ resource: "api", user: "ada" });
  expect(decodeProtectedHeader(fresh).kid).not.toBe(decodeProtectedHeader(old).kid);
  await expect(verify(old)).resolves.toBeTruthy();
  await expect(verify(fresh)).resolves.toBeTruthy();
  await emulator.rotateKeys({ dropOld: true });
  await expect(verify(old)).rejects.toMatchObject({ code: "ERR_JWKS_NO_MATCHING_KEY" });
  await emulator.close();
});

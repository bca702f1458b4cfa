// Property tests: for any input, the token endpoint answers with a token or an Entra error, and never fails with a 500.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const grants = [
  "authorization_code",
  "refresh_token",
  "client_credentials",
  "password",
  "urn:ietf:params:oauth:grant-type:jwt-bearer",
  "urn:ietf:params:oauth:grant-type:device_code",
];

const fields = [
  "code",
  "redirect_uri",
  "code_verifier",
  "refresh_token",
  "scope",
  "claims",
  "client_secret",
  "assertion",
  "username",
  "password",
  "device_code",
  "requested_token_use",
  "client_assertion",
  "client_assertion_type",
];

const form = () =>
  fc.record({
    grant_type: fc.oneof(fc.constantFrom(...grants), fc.string()),
    client_id: fc.oneof(fc.constantFrom(...emulator.registrations.map(({ appId }) => appId)), fc.string()),
    rest: fc.dictionary(fc.constantFrom(...fields), fc.string({ unit: "binary", maxLength: 60 })),
    authorization: fc.option(
      fc.oneof(
        fc.base64String(),
        fc.string().map((pair) => Buffer.from(`app:${pair}`).toString("base64")),
      ),
      { nil: undefined },
    ),
  });

async function send(body: BodyInit, headers: Record<string, string> = {}): Promise<void> {
  const url = `${emulator.origin}/${emulator.tenant("northwharf").id}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: "POST", body, headers });
  expect([400, 401]).toContain(response.status);
  expect(response.headers.get("cache-control")).toBe("no-store");
  const { error, error_description, error_codes } = (await response.json()) as Record<string, unknown>;
  expect(error).toMatch(/^[a-z_]+$/);
  expect(error_description).toMatch(/^AADSTS\d+: /);
  expect(error_codes).toHaveLength(1);
}

it("answers any form with an AADSTS error", async () => {
  await fc.assert(
    fc.asyncProperty(form(), async ({ rest, authorization, ...named }) => {
      const headers = authorization === undefined ? {} : { authorization: `Basic ${authorization}` };
      await send(new URLSearchParams({ ...rest, ...named }), headers);
    }),
    { numRuns: 200 },
  );
});

it("answers any bytes with an AADSTS error", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => send(Buffer.from(bytes))),
    { numRuns: 100 },
  );
});

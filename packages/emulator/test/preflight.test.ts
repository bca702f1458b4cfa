// Tests CORS: only the exchanges that pages call answer a preflight; other ACS operations do not.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../src/start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

const preflight = (path: string) =>
  fetch(emulator.origin + path, {
    method: "OPTIONS",
    headers: {
      origin: "http://localhost:3000",
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,content-type",
    },
  });

it.each(["teamsExtension", "entra"])("allows the exchange of /access/%s with an Authorization header", async (kind) => {
  const path = `/access/${kind}/:exchangeAccessToken?api-version=2025-06-30`;
  const { status, headers } = await preflight(path);
  expect(status).toBe(204);
  expect(headers.get("access-control-allow-origin")).toBe("*");
  expect(headers.get("access-control-allow-headers")).toBe("authorization,content-type");
  const refused = await fetch(emulator.origin + path, { method: "POST" });
  expect(refused.headers.get("access-control-allow-origin")).toBe("*");
});

it("does not allow operations that need an access key", async () => {
  const { status, headers } = await preflight("/teamsUser/:exchangeAccessToken");
  expect(status).toBe(404);
  expect(headers.get("access-control-allow-origin")).toBeNull();
});

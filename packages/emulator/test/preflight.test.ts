// The exchanges that pages call themselves answer what a browser asks before; nothing else of ACS does.
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

it.each(["teamsExtension", "entra"])(
  "allows the exchange of /access/%s, its Authorization header by name",
  async (kind) => {
    const path = `/access/${kind}/:exchangeAccessToken?api-version=2025-06-30`;
    const { status, headers } = await preflight(path);
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-headers")).toBe("authorization,content-type");
    const refused = await fetch(emulator.origin + path, { method: "POST" });
    expect(refused.headers.get("access-control-allow-origin")).toBe("*");
  },
);

it("allows nothing that is signed with a key", async () => {
  const { status, headers } = await preflight("/teamsUser/:exchangeAccessToken");
  expect(status).toBe(404);
  expect(headers.get("access-control-allow-origin")).toBeNull();
});

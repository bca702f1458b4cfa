// The authority's key set as a test says it, and a set of signing keys whose clock is the test's. One emulator for a file.
import { generateKeyPairSync } from "node:crypto";
import { type Fault, startEmulator } from "@teams-token-exchange/emulator";
import type { FastifyBaseLogger } from "fastify";
import { afterAll, beforeEach } from "vitest";
import { createSigningKeys } from "../../src/entra/signing-keys.ts";
import { rememberingFetch } from "./authority.ts";

export const emulator = await startEmulator({ tlsPort: 0 });
afterAll(() => emulator.close());
beforeEach(() => emulator.reset());

export const authority = emulator.origin;
export const tenantId = emulator.tenant("northwharf").id;
export const issuer = `${authority}/${tenantId}/v2.0`;
export const keysUrl = `${authority}/${tenantId}/discovery/v2.0/keys`;

export const jwk = (modulusLength: number, publicExponent = 65_537) =>
  generateKeyPairSync("rsa", { modulusLength, publicExponent }).publicKey.export({ format: "jwk" });
const good = jwk(2048);
/** An entry of the key set that is fit for use, but for these changes. */
export const key = (kid: string, changes: object = {}) => ({ ...good, kid, use: "sig", issuer, ...changes });

/** An answer with this document. */
export const json = (document: unknown, headers: Record<string, string> = {}): Fault => ({
  kind: "status",
  status: 200,
  headers,
  body: { json: document },
});
export const down: Fault = { kind: "reset", when: "beforeHeaders" };

/** From now on all requests of one operation meet this, and nothing else. */
export function play(operation: "discovery" | "keys", fault: Fault): void {
  emulator.clearFaults(operation);
  emulator.addFault({ operation, fault });
}

export const soon = { interval: 1 };
export const seconds = (count: number) => count * 1000;
export const hours = (count: number) => count * 3_600_000;

/** Signing keys whose clock and authority the test holds in its hand. */
export function setUp(firstKeySet: Fault) {
  emulator.clearRequests();
  play("keys", firstKeySet);
  const { sent, fetch } = rememberingFetch();
  const held = {
    nowMs: 0,
    /** What was logged as an error: an attempt that ended without keys. */
    logged: [] as unknown[][],
    /** The key set as the authority answers it from now on. */
    set keySet(fault: Fault) {
      play("keys", fault);
    },
    get failures() {
      return held.logged.length;
    },
    /** Requests for keys that have reached the authority. */
    get keyFetches() {
      return emulator.requestCount("keys");
    },
    /** Attempts that have begun, each by asking for the discovery document: exact even if nothing waits for its end. */
    get attempts() {
      return sent.filter(({ url }) => url.pathname.endsWith("/openid-configuration")).length;
    },
    sent,
  };
  const log = { error: (...line: unknown[]) => void held.logged.push(line) } as unknown as FastifyBaseLogger;
  const monotonicNow = () => held.nowMs;
  const keys = createSigningKeys({ authority, tenantId, fetch, proxy: undefined, monotonicNow, log });
  return { held, keys };
}

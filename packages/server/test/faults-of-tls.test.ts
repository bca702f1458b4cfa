// What callers see when nobody can be sure that it is ACS who answers. The program trusts the emulator's CA, so that the
// good certificate is good and each bad one is bad only for its own reason.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, startEmulator, type TlsProblem } from "@teams-token-exchange/emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressOf, runProgram } from "./support/process.ts";
import { answerOf, environmentFor, issueBoth, until } from "./support/world.ts";

const operation = "CommunicationIdentity_ExchangeTeamsUserAccessToken";
const folder = mkdtempSync(join(tmpdir(), "tls-"));
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ tlsPort: 0, stateFolder: folder });
});
afterAll(async () => {
  await emulator.close();
  rmSync(folder, { recursive: true });
});

/** One exchange of the built program with ACS over https, whose port has this problem. */
async function exchangeOver(problem?: TlsProblem) {
  emulator.reset();
  const program = runProgram({
    ...environmentFor(emulator),
    ACS_CONNECTION_STRING: emulator.acsConnectionString.replace(emulator.origin, emulator.httpsOrigin ?? ""),
    NODE_EXTRA_CA_CERTS: emulator.caFile ?? "",
    PORT: "0",
  });
  const address = await addressOf(program);
  await until(async () => (await fetch(`${address}/readyz`)).ok);
  const { callerToken, teamsToken } = await issueBoth({ emulator } as Parameters<typeof issueBoth>[0]);
  if (problem) emulator.addFault({ operation: "tls", fault: { kind: "tls", problem } });
  emulator.clearRequests();
  const headers = { authorization: `Bearer ${callerToken}`, "teams-user-aad-token": teamsToken };
  return answerOf(await fetch(`${address}/api/token/teams`, { headers }));
}

/** The connection was refused before a byte of a request could pass. */
function expectNothingSent(): void {
  expect(emulator.connections.https.accepted).toBeGreaterThan(0);
  expect(emulator.connections.https.secured).toBe(0);
  expect(emulator.requestCount(operation)).toBe(0);
}

describe("TLS to ACS", () => {
  it("with a certificate of the trusted CA: exchanged", async () => {
    expect((await exchangeOver()).status).toBe(201);
    expect(emulator.connections.https).toMatchObject({ accepted: 1, secured: 1 });
  });

  it.each<[string, TlsProblem]>([
    ["expired", "expired"], // acs-06
    ["that is not valid yet", "notYetValid"],
    ["of another host", "wrongHost"], // acs-07
    ["self-signed", "selfSigned"], // acs-08
    ["of an unknown CA", "unknownAuthority"],
  ])("with a certificate %s: 502 upstream-tls, and no token is sent", async (_name, problem) => {
    expect(await exchangeOver(problem)).toMatchObject({ status: 502, problem: "upstream-tls" });
    expectNothingSent();
  });

  it("with only TLS 1.1: 502 upstream-tls", async () => {
    // acs-09
    expect(await exchangeOver("oldVersion")).toMatchObject({ status: 502, problem: "upstream-tls" });
    expectNothingSent();
  });

  it("with a handshake that never ends: 504", async () => {
    // acs-10
    expect(await exchangeOver("hang")).toMatchObject({ status: 504, problem: "upstream-timeout" });
    expectNothingSent();
  });

  it("with a handshake that breaks off: 502 upstream-unavailable", async () => {
    expect(await exchangeOver("close")).toMatchObject({ status: 502, problem: "upstream-unavailable" });
    expectNothingSent();
  });

  it("with plain HTTP on the port: 502 upstream-tls", async () => {
    expect(await exchangeOver("plainHttp")).toMatchObject({ status: 502, problem: "upstream-tls" });
    expectNothingSent();
  });
});

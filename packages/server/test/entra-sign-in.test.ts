// Redis and PostgreSQL that take Entra tokens: a gate in front of a real one verifies the emulator's tokens, as Azure does.
import { createServer, connect as dial, type Socket } from "node:net";
import type { TokenCredential } from "@azure/core-auth";
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { createRemoteJWKSet, jwtVerify } from "jose";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { openPostgres } from "../src/plugins/acs-users/mappings/postgres.ts";
import { entraCredentials } from "../src/redis/entra-credentials.ts";
import { createRedis } from "../src/redis/redis.ts";
import { hasPostgres, startPostgres } from "./support/postgres.ts";
import { hasRedis, startRedis } from "./support/redis.ts";
import { until } from "./support/world.ts";

const oid = "11111111-2222-4333-8444-555555555555";
const audiences: Record<string, string> = {
  "https://redis.azure.com/.default": "https://redis.azure.com",
  "https://ossrdbms-aad.database.windows.net/.default": "https://ossrdbms-aad.database.windows.net",
};
/** The first message of a PostgreSQL client that wants TLS. */
const sslRequest = 80_877_103;
let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.close());

/** The identity of a process, whose tokens live for so many seconds. */
function identity(expiresInSeconds: number) {
  const given: string[] = [];
  const credential: TokenCredential = {
    async getToken(scope) {
      const claims = { aud: audiences[String(scope)], oid };
      const token = await emulator.issueToken({ resource: "api", user: "ada", claims, expiresInSeconds });
      given.push(token);
      return { token, expiresOnTimestamp: Date.now() + expiresInSeconds * 1000 };
    },
  };
  return { credential, given };
}

/** The end of a token in seconds since 1970, if it is one of the authority for this audience. */
async function verify(token: string, audience: string | undefined): Promise<number> {
  const { tenantId } = emulator.registration("api");
  const keys = createRemoteJWKSet(new URL(`${emulator.origin}/${tenantId}/discovery/v2.0/keys`));
  const { payload } = await jwtVerify(token, keys, { audience: audience ?? "", requiredClaims: ["oid", "exp"] });
  return payload.exp ?? 0;
}

async function listen(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

/** Splits what was received into whole commands of Redis's protocol, and what is left. */
function commandsIn(received: string): { commands: string[][]; rest: string } {
  const commands: string[][] = [];
  let rest = received;
  for (;;) {
    const lines = rest.split("\r\n");
    const count = Number(/^\*(\d+)$/.exec(lines[0] ?? "")?.[1] ?? Number.NaN);
    if (Number.isNaN(count) || lines.length < 2 + 2 * count) return { commands, rest };
    commands.push(lines.slice(1, 1 + 2 * count).filter((_line, i) => i % 2 === 1));
    rest = lines.slice(1 + 2 * count).join("\r\n");
  }
}
const encode = (command: readonly string[]) =>
  `*${command.length}\r\n${command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`).join("")}`;

/** Passes commands on while the token of the connection lives, and ends the connection when it has expired. */
async function redisGate(port: number) {
  const signedIn: string[] = [];
  const gatePort = await listen((client) => {
    const redis = dial(port, "127.0.0.1");
    redis.on("error", () => client.destroy());
    redis.pipe(client);
    client.on("close", () => redis.destroy());
    let received = "";
    let endsAt = 0;
    let turn = Promise.resolve();
    async function pass(command: string[]): Promise<void> {
      const at = command.findIndex((part) => part.toUpperCase() === "AUTH");
      if (at >= 0) {
        const [user = "", token = ""] = command.slice(at + 1);
        endsAt = await verify(token, "https://redis.azure.com");
        signedIn.push(user);
        // Both answer OK in the order of the commands before.
        redis.write(encode(at === 0 ? ["CLIENT", "SETNAME", "gate"] : command.slice(0, at)));
      } else if (Date.now() / 1000 > endsAt) client.destroy();
      else redis.write(encode(command));
    }
    client.on("data", (data) => {
      const { commands, rest } = commandsIn(received + data.toString());
      received = rest;
      for (const command of commands) turn = turn.then(() => pass(command)).catch(() => void client.destroy());
    });
  });
  return { url: `redis://127.0.0.1:${gatePort}`, signedIn };
}

/** Asks for a password, and passes everything on if that is a token. */
async function postgresGate(port: number): Promise<{ port: number; signedIn: string[] }> {
  const signedIn: string[] = [];
  const gatePort = await listen((client) => {
    client.once("data", (startup) => {
      // AuthenticationCleartextPassword.
      client.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      client.once("data", async (message) => {
        const token = message.subarray(5, -1).toString();
        try {
          await verify(token, "https://ossrdbms-aad.database.windows.net");
        } catch {
          client.destroy();
          return;
        }
        signedIn.push(token);
        const postgres = dial(port, "127.0.0.1");
        postgres.on("error", () => client.destroy());
        postgres.write(startup);
        postgres.pipe(client).pipe(postgres);
      });
    });
  });
  return { port: gatePort, signedIn };
}

describe.runIf(hasRedis)("Redis with Entra sign-in", () => {
  const options = { log: { info: () => {}, warn: () => {} } as never, commandTimeoutMs: 5_000 };

  it("lets the identity in by its object ID, and keeps the connection when its first tokens have expired", async () => {
    const { url, signedIn } = await redisGate(Number(new URL((await startRedis()).url).port));
    const { credential, given } = identity(4);
    const redis = createRedis({ url, credentials: entraCredentials(credential, undefined, Date.now), ...options });
    onTestFinished(() => redis.stop());
    await redis.start();
    await until(() => redis.available);
    await redis.send(["SET", "tte:k", "1"]);
    const endsAt = Date.now() + 6_000;
    let lost = 0;
    await until(async () => {
      await redis.send(["GET", "tte:k"]).catch(() => {
        lost += 1;
      });
      return Date.now() > endsAt;
    });
    expect(lost).toBe(0);
    expect(given.length).toBeGreaterThan(1);
    expect([new Set(signedIn), signedIn.length > 1]).toEqual([new Set([oid]), true]);
  });

  it("does not let in a password, or a token for something else", async () => {
    const { url, signedIn } = await redisGate(Number(new URL((await startRedis()).url).port));
    const wrong: TokenCredential = {
      getToken: () => identity(60).credential.getToken("https://ossrdbms-aad.database.windows.net/.default"),
    };
    const credentials = entraCredentials(wrong, undefined, Date.now);
    for (const redis of [
      createRedis({ url: url.replace("//", "//:p4ss@"), ...options }),
      createRedis({ url, credentials, ...options }),
    ]) {
      await redis.start();
      expect(redis.available).toBe(false);
      await redis.stop();
    }
    expect(signedIn).toEqual([]);
  });
});

describe("a PostgreSQL that is not this machine's", () => {
  it.each(["0.0.0.0", "localhost?host=0.0.0.0", "localhost?host=0.0.0.0&ssl=0", "0.0.0.0?sslmode=disable"])(
    "gets no token without TLS (%s)",
    async (host) => {
      const asked: number[] = [];
      const port = await listen((client) => {
        client.on("data", (data) => {
          asked.push(data.readUInt32BE(4));
          // No TLS here. A client in clear would be asked for its password.
          client.write(data.readUInt32BE(4) === sslRequest ? "N" : Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
        });
      });
      const { credential, given } = identity(60);
      const [name, parameters = ""] = host.split("?");
      const sql = openPostgres(`postgresql://app@${name}:${port}/db?${parameters}`, credential);
      onTestFinished(() => sql.close());
      await expect(sql.query("SELECT 1", [])).rejects.toThrow("does not support SSL");
      expect([asked, given]).toEqual([[sslRequest], []]);
    },
  );
});

describe.runIf(hasPostgres)("PostgreSQL with Entra sign-in", () => {
  it("lets the identity in, with a new token for each connection", async () => {
    const postgres = await startPostgres();
    onTestFinished(() => postgres.remove());
    const address = new URL(postgres.url);
    const gate = await postgresGate(Number(address.port));
    address.port = String(gate.port);
    const { credential, given } = identity(60);
    const sql = openPostgres(address.href, credential);
    onTestFinished(() => sql.close());
    const both = await Promise.all([sql.query("SELECT 1 AS one", []), sql.query("SELECT 2 AS one", [])]);
    expect(both).toEqual([[{ one: 1 }], [{ one: 2 }]]);
    expect(gate.signedIn).toHaveLength(2);
    expect(gate.signedIn.toSorted()).toEqual(given.toSorted());
  });
});

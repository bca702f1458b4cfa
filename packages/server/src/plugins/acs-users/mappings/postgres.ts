// A PostgreSQL that runs elsewhere. The only file that talks to `pg`.
import type { TokenCredential } from "@azure/core-auth";
import pg from "pg";
import { explainFailure } from "../../../network/explain-failure.ts";
import { redact } from "../../../observability/describe-error.ts";
import { LoggableError } from "../../../problems/loggable-error.ts";
import { isLoopback } from "../../../settings/setting-formats.ts";
import type { Sql, SqlRow } from "./sql.ts";

/** Times in milliseconds: a request waits for these, and a database that needs longer is not there for it. */
const connectTimeoutMs = 2_000;
const queryTimeoutMs = 3_000;
const maxConnections = 10;

/**
 * The server's own limits, for one transaction: a pooler such as PgBouncer refuses them when a connection starts, and would give a
 * session's to other clients.
 */
const beginLimited = `BEGIN; SET LOCAL statement_timeout = ${queryTimeoutMs}; SET LOCAL lock_timeout = ${queryTimeoutMs}`;

/** By PostgreSQL's code or its class, or the network's code; the first that matches. */
const remedies: readonly [code: RegExp, remedy: string][] = [
  [/^28/, "Correct user and password in DATABASE_URL"],
  [/^3D000$/, "Create the database that DATABASE_URL names"],
  [/^42501$/, "Let the user of DATABASE_URL create tables and write to them"],
  [/^53300$/, "Raise max_connections, or put a pooler such as PgBouncer in front"],
  [/^(57P0|08)/, "It restarts, or a pooler in front of it refuses; see its log"],
];

/** What failed, for operators. PostgreSQL's first line is redacted, because it can quote values. */
function explained(error: unknown, { host }: URL): LoggableError {
  const { code, message } = error as { code?: unknown; message?: unknown };
  const words = redact(String(message));
  const remedy = remedies.find(([form]) => form.test(String(code)))?.[1];
  const destination = { attempt: "Cannot use PostgreSQL at", host, setting: "DATABASE_URL" };
  if (remedy === undefined) return new LoggableError(`${explainFailure(error, destination)}${words && `: ${words}`}`);
  return new LoggableError(`${destination.attempt} ${host} (${String(code)}): ${words}. ${remedy}.`);
}

const scope = "https://ossrdbms-aad.database.windows.net/.default";

/** Each new connection signs in with a token of its own; one that is open stays open when its token expires. */
const clientWithToken = (credential: TokenCredential) =>
  class extends pg.Client {
    constructor(options?: string | pg.ClientConfig) {
      super(options);
      Object.assign(this, { password: async () => (await credential.getToken(scope))?.token ?? "" });
    }
  };

/** The driver verifies that the server is the named one before it sends a token. Only on this machine TLS is not needed. */
function withVerifiedTls(connectionString: string): string {
  const url = new URL(connectionString);
  // A parameter `host` counts more than the host of the address.
  if (isLoopback(url) && !url.searchParams.has("host")) return connectionString;
  url.searchParams.set("sslmode", "verify-full");
  return url.href;
}

/**
 * A pool of connections; nothing is connected before the first query. The address may hold a password and goes nowhere else.
 * @param credential signs in instead of that password
 */
export function openPostgres(connectionString: string, credential?: TokenCredential): Sql {
  const pool = new pg.Pool({
    connectionString: credential ? withVerifiedTls(connectionString) : connectionString,
    ...(credential && { Client: clientWithToken(credential) }),
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: "teams-token-exchange",
  });
  // A connection that breaks while it has no query is an event; without a listener it would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => void client.on("error", () => {}));
  const address = new URL(connectionString);

  /** One transaction. A connection that failed in any way is not used again. */
  async function run(text: string, values?: readonly (string | null)[]): Promise<readonly SqlRow[]> {
    try {
      const client = await pool.connect();
      try {
        await client.query(beginLimited);
        const { rows } = await client.query<SqlRow>(text, values && [...values]);
        await client.query("COMMIT");
        client.release();
        return rows;
      } catch (error) {
        client.release(true);
        throw error;
      }
    } catch (error) {
      throw explained(error, address);
    }
  }

  return {
    query: run,
    script: async (text) => void (await run(text)),
    close: () => pool.end(),
  };
}

// A PostgreSQL that runs elsewhere. The only file that talks to `pg`.
import pg from "pg";
import type { Sql, SqlRow } from "./sql.ts";

/** Times in milliseconds: a request waits for these, and a database that needs longer is not there for it. */
const connectTimeoutMs = 2_000;
const queryTimeoutMs = 3_000;
const maxConnections = 10;

/** A pool of connections; nothing is connected before the first query. The address may hold a password and goes nowhere else. */
export function openPostgres(connectionString: string): Sql {
  const pool = new pg.Pool({
    connectionString,
    max: maxConnections,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: queryTimeoutMs,
    statement_timeout: queryTimeoutMs,
    lock_timeout: queryTimeoutMs,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
    application_name: "teams-token-exchange",
  });
  // A connection that breaks while nobody uses it is an event; without a listener it would end the process.
  pool.on("error", () => {});
  return {
    async query(text, values) {
      const { rows } = await pool.query<SqlRow>(text, [...values]);
      return rows;
    },
    async script(text) {
      await pool.query(text);
    },
    close: () => pool.end(),
  };
}

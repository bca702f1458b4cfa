// ACS users whose mappings are in a PostgreSQL behind PgBouncer in transaction mode, and what the log says of a PostgreSQL that
// cannot be used.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openPostgres } from "../src/plugins/acs-users/mappings/postgres.ts";
import { hasPgBouncer, startPgBouncer } from "./support/pgbouncer.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "./support/postgres.ts";
import { answerOf, freePort, issue, logLines, startServer, until } from "./support/world.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  if (hasPostgres) postgres = await startPostgres();
});
afterAll(() => postgres?.remove());

const failures = () =>
  logLines
    .map((line) => JSON.parse(line) as { msg: string; err?: { message: string } })
    .filter(({ msg }) => msg === "request failed");

describe.skipIf(!hasPostgres || !hasPgBouncer)("behind PgBouncer in transaction mode", () => {
  it("simultaneous requests are served, also after the database was restarted", async () => {
    const server = await startServer({ DATABASE_URL: await startPgBouncer(postgres) });
    const tokens = await Promise.all(["ada", "bruno", "chen"].map((user) => issue(server, "api", { user })));
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await answerOf(await fetch(`${server.url}/api/token`, { method: "POST", headers }))).status;
    };
    const crowd = Array.from({ length: 4 }, () => tokens).flat();
    expect(await Promise.all(crowd.map(ask))).toEqual(crowd.map(() => 200));
    await postgres.kill();
    await postgres.restart();
    await until(async () => (await ask(tokens[0] ?? "")) === 200);
    expect(await Promise.all(crowd.map(ask))).toEqual(crowd.map(() => 200));
  });

  it("no statement runs longer than its limit, and the limit does not stay in the session", async () => {
    const sql = openPostgres(await startPgBouncer(postgres));
    const limit = async () =>
      (await sql.query("SELECT current_setting('statement_timeout') AS value", []))[0]?.["value"];
    expect(await limit()).toBe("3s");
    const other = openPostgres(postgres.url);
    await expect(sql.query("SELECT pg_sleep(10)", [])).rejects.toThrow(/57014|Check DATABASE_URL/);
    const idle = await other.query(
      "SELECT count(*)::int AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(10)'",
      [],
    );
    expect(idle).toHaveLength(1);
    await Promise.all([sql.close(), other.close()]);
  });
});

describe.skipIf(!hasPostgres)("the log says of a PostgreSQL", () => {
  it.each<[string, () => Promise<string>, RegExp]>([
    [
      "that has no such database",
      async () => `${postgres.url}-gone`,
      /\(3D000\): database … does not exist\. Create the database/,
    ],
    [
      "that does not know the user",
      async () => postgres.url.replace("tests@", "somebody:p4ss-of-somebody@"),
      /\(28000\): role … does not exist\. Correct user and password in DATABASE_URL/,
    ],
    [
      "that is not there",
      async () => postgres.url.replace(/:\d+\//, `:${await freePort()}/`),
      /\(ECONNREFUSED\)\. Check DATABASE_URL/,
    ],
  ])("%s what to do", async (_name, urlOf, text) => {
    logLines.splice(0);
    const server = await startServer({ DATABASE_URL: await urlOf() });
    const headers = { authorization: `Bearer ${await issue(server, "api")}` };
    const answer = await answerOf(await fetch(`${server.url}/api/user`, { headers }));
    expect(answer).toMatchObject({ status: 503, problem: "mapping-store-unavailable" });
    expect(failures().at(-1)?.err?.message).toMatch(text);
    expect(failures().at(-1)?.err?.message).toMatch(/^Cannot use PostgreSQL at 127\.0\.0\.1:\d+ /);
    expect(logLines.join("")).not.toMatch(/p4ss|somebody/);
  });
});

// The migrations of the mapping tables run once each, from every version, also if several instances start together.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrationScript } from "../src/plugins/acs-users/mappings/migrations.ts";
import { openPostgres } from "../src/plugins/acs-users/mappings/postgres.ts";
import type { Sql } from "../src/plugins/acs-users/mappings/sql.ts";
import { hasPostgres, startPostgres, type TestPostgres } from "./support/postgres.ts";

describe.skipIf(!hasPostgres)("migrations", () => {
  let postgres: TestPostgres;
  let sql: Sql;
  beforeAll(async () => {
    postgres = await startPostgres();
    sql = openPostgres(postgres.url);
  });
  afterAll(async () => {
    await sql.close();
    await postgres.remove();
  });
  const versions = async () =>
    (await sql.query("SELECT version FROM acs_user_migrations ORDER BY version", [])).map(({ version }) => version);

  it("run once, also if ten instances start together", async () => {
    await Promise.all(Array.from({ length: 10 }, () => sql.script(migrationScript())));
    expect(await versions()).toEqual([1]);
  });

  it("add a step to a database that has the former ones, and keep what is in it", async () => {
    const owner = "11111111-1111-4111-8111-111111111111";
    await sql.query("INSERT INTO acs_user_mappings (tenant_id, object_id, creation_key) VALUES ($1, $1, $1)", [owner]);
    const script = migrationScript(["ALTER TABLE acs_user_mappings ADD COLUMN note text;"]);
    await Promise.all([sql.script(script), sql.script(script)]);
    expect(await versions()).toEqual([1, 2]);
    expect(await sql.query("SELECT note FROM acs_user_mappings WHERE tenant_id = $1", [owner])).toEqual([
      { note: null },
    ]);
  });

  it("that fail leave nothing behind", async () => {
    const script = migrationScript(["SELECT 1;", "CREATE TABLE half (x int); SELECT 1 / 0;"]);
    await expect(sql.script(script)).rejects.toThrow();
    expect(await versions()).toEqual([1, 2]);
    expect(await sql.query("SELECT to_regclass('half') AS half", [])).toEqual([{ half: null }]);
  });
});

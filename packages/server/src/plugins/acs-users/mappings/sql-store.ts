// Mappings in a PostgreSQL. Each step is one statement, so that none can take effect in part; because of the primary key,
// two instances that run at the same time make one mapping.
import { untilAborted } from "../../../exchange/until-aborted.ts";
import { Problem } from "../../../problems/problem.ts";
import { type Mapping, type MappingOwner, type MappingStore, mappingOf } from "./mapping-store.ts";
import { migrationScript } from "./migrations.ts";
import type { Sql, SqlRow } from "./sql.ts";

const columns = "creation_key, acs_user_id, deleting";
const ofOwner = "tenant_id = $1 AND object_id = $2";

const statements = {
  find: `SELECT ${columns} FROM acs_user_mappings WHERE ${ofOwner}`,
  begin: `INSERT INTO acs_user_mappings (tenant_id, object_id, creation_key) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
  confirm: `UPDATE acs_user_mappings SET acs_user_id = $4 WHERE ${ofOwner} AND creation_key = $3 AND acs_user_id IS NULL`,
  markDeleting: `UPDATE acs_user_mappings SET deleting = true WHERE ${ofOwner} AND creation_key = $3`,
  remove: `DELETE FROM acs_user_mappings WHERE ${ofOwner} AND creation_key = $3 AND deleting`,
};

const mappingOfRow = ({ creation_key, acs_user_id, deleting }: SqlRow): Mapping =>
  mappingOf({ key: String(creation_key), acsUserId: acs_user_id as string | null, deleting: deleting === true });

/**
 * Opens the database with the first request, brings its tables up to date, and tries again with the next request where that
 * failed: the server starts, and exchanges, without it.
 *
 * @param open connects; may take long and may reject
 */
export function createSqlStore(open: () => Promise<Sql>): MappingStore {
  let opening: Promise<Sql> | undefined;

  async function openAndMigrate(): Promise<Sql> {
    const sql = await open();
    try {
      await sql.script(migrationScript());
      return sql;
    } catch (error) {
      await sql.close().catch(() => {});
      throw error;
    }
  }

  function opened(): Promise<Sql> {
    opening ??= openAndMigrate().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    // The request may have ended before it fails.
    opening.catch(() => {});
    return opening;
  }

  async function query(text: string, values: readonly (string | null)[], signal: AbortSignal) {
    try {
      const sql = await untilAborted(opened(), signal);
      return await untilAborted(sql.query(text, values), signal);
    } catch (cause) {
      throw new Problem("mapping-store-unavailable", { reason: "database", cause, headers: { "retry-after": "5" } });
    }
  }

  async function find({ tenantId, objectId }: MappingOwner, signal: AbortSignal): Promise<Mapping | undefined> {
    const [row] = await query(statements.find, [tenantId, objectId], signal);
    return row && mappingOfRow(row);
  }

  return {
    find,
    async begin(owner, key, signal) {
      await query(statements.begin, [owner.tenantId, owner.objectId, key], signal);
      // If another request has deleted it meanwhile, only our key was ever stored.
      return (await find(owner, signal)) ?? { state: "creating", key };
    },
    async confirm(owner, { key, acsUserId }, signal) {
      await query(statements.confirm, [owner.tenantId, owner.objectId, key, acsUserId], signal);
      return find(owner, signal);
    },
    async markDeleting({ tenantId, objectId }, key, signal) {
      await query(statements.markDeleting, [tenantId, objectId, key], signal);
    },
    async remove({ tenantId, objectId }, key, signal) {
      await query(statements.remove, [tenantId, objectId, key], signal);
    },
    async close() {
      const sql = await opening?.catch(() => undefined);
      opening = undefined;
      await sql?.close();
    },
  };
}

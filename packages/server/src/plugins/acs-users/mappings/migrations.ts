// The tables, as the steps by which they came to be. A step that was released is never changed; a new one is added.

/** In order; the version of a step is its place, from 1. */
const steps = [
  `CREATE TABLE acs_user_mappings (
     tenant_id uuid NOT NULL,
     object_id uuid NOT NULL,
     creation_key uuid NOT NULL UNIQUE,
     acs_user_id text UNIQUE,
     deleting boolean NOT NULL DEFAULT false,
     created_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (tenant_id, object_id),
     CHECK (NOT deleting OR acs_user_id IS NOT NULL)
   );`,
];

/** Any number that nothing else in the database takes for an advisory lock. */
const lock = 7_204_118_093;

const step = (sql: string, index: number) => `
DO $step$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM acs_user_migrations WHERE version = ${index + 1}) THEN
    ${sql}
    INSERT INTO acs_user_migrations (version) VALUES (${index + 1});
  END IF;
END $step$;`;

/**
 * One script that brings a database of any former version to this one, and may be run again. Instances that start together
 * wait for each other: the lock ends with the transaction that the script is.
 */
export const migrationScript = (extraSteps: readonly string[] = []): string =>
  [
    `SELECT pg_advisory_xact_lock(${lock});`,
    "CREATE TABLE IF NOT EXISTS acs_user_migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now());",
    ...[...steps, ...extraSteps].map(step),
  ].join("\n");

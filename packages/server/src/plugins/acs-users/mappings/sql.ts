// What the mapping store needs of a PostgreSQL: one that runs elsewhere (postgres.ts), or one inside this process (pglite.ts).

export type SqlRow = Readonly<Record<string, unknown>>;

export interface Sql {
  /** One statement with its values. */
  query(text: string, values: readonly (string | null)[]): Promise<readonly SqlRow[]>;
  /** Several statements, without values, that take effect together or not at all. */
  script(text: string): Promise<void>;
  close(): Promise<void>;
}

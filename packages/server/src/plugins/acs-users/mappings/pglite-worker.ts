// PostgreSQL inside this process, on a separate thread: opening it and each statement block the thread that they run on, and
// requests must not wait for them. The only file that talks to PGlite.
import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";

/** What the other side asks; answered in order, with the same id. */
export type PGliteRequest =
  | { readonly id: number; readonly kind: "query"; readonly text: string; readonly values: readonly (string | null)[] }
  | { readonly id: number; readonly kind: "script"; readonly text: string }
  | { readonly id: number; readonly kind: "close" };

export type PGliteAnswer =
  | { readonly id: number; readonly ok: true; readonly rows: readonly Record<string, unknown>[] }
  | { readonly id: number; readonly ok: false; readonly code: string };

const { folder } = workerData as { folder: string };
const database = new PGlite(folder);

async function perform(request: PGliteRequest): Promise<readonly Record<string, unknown>[]> {
  if (request.kind === "close") await database.close();
  if (request.kind === "script") await database.exec(request.text);
  if (request.kind !== "query") return [];
  const { rows } = await database.query<Record<string, unknown>>(request.text, [...request.values]);
  return rows;
}

/** One after the other: a statement must not overtake the closing. */
let last: Promise<unknown> = database.waitReady;
parentPort?.on("message", (request: PGliteRequest) => {
  const answer = async (): Promise<PGliteAnswer> => {
    try {
      await database.waitReady;
      return { id: request.id, ok: true, rows: await perform(request) };
    } catch (error) {
      // Only PostgreSQL's code: its messages quote values.
      const { code } = error as { code?: unknown };
      return { id: request.id, ok: false, code: typeof code === "string" ? code : "PGLITE_FAILED" };
    }
  };
  last = last.catch(() => {}).then(async () => parentPort?.postMessage(await answer()));
});

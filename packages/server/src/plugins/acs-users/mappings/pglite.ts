// The embedded PostgreSQL as the store sees it: this side of its thread.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { lockFolder } from "./folder-lock.ts";
import type { PGliteAnswer, PGliteRequest } from "./pglite-worker.ts";
import type { Sql, SqlRow } from "./sql.ts";

/** The worker's file has the ending of this one: TypeScript where the sources run, JavaScript where the build does. */
const workerFile = new URL(`./pglite-worker${import.meta.url.slice(-3)}`, import.meta.url);

type Question = PGliteRequest extends infer Request
  ? Request extends PGliteRequest
    ? Omit<Request, "id">
    : never
  : never;

/** A failure of the database; `code` is PostgreSQL's. */
class DatabaseFailed extends Error {
  override readonly name = "DatabaseFailed";
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Sends questions to a thread and matches its answers; when the thread ends, all that wait fail. */
function ask(worker: Worker) {
  const waiting = new Map<number, PromiseWithResolvers<readonly SqlRow[]>>();
  let lastId = 0;
  let ended = false;
  worker.on("message", (answer: PGliteAnswer) => {
    const question = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (waiting.size === 0) worker.unref();
    if (answer.ok) question?.resolve(answer.rows);
    else question?.reject(new DatabaseFailed(answer.code));
  });
  const fail = () => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new DatabaseFailed("THREAD_ENDED"));
    waiting.clear();
  };
  worker.on("error", fail).on("exit", fail);
  return (question: Question): Promise<readonly SqlRow[]> => {
    if (ended) return Promise.reject(new DatabaseFailed("THREAD_ENDED"));
    lastId += 1;
    const answer = Promise.withResolvers<readonly SqlRow[]>();
    waiting.set(lastId, answer);
    // The thread keeps the process alive only while a question is open.
    worker.ref();
    worker.postMessage({ ...question, id: lastId });
    return answer.promise;
  };
}

/**
 * Opens the database in the folder, and creates it if there is none, which takes seconds.
 * @throws Error if the folder cannot be written, or another process has it open
 */
export async function openPGlite(folder: string): Promise<Sql> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const unlock = await lockFolder(folder);
  const worker = new Worker(workerFile, { workerData: { folder: join(folder, "pgdata") }, stdout: true, stderr: true });
  const send = ask(worker);
  return {
    query: (text, values) => send({ kind: "query", text, values }),
    async script(text) {
      await send({ kind: "script", text });
    },
    async close() {
      await send({ kind: "close" }).catch(() => {});
      await worker.terminate();
      await unlock();
    },
  };
}

// The embedded PostgreSQL as the store sees it: this side of its thread.
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
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

/** Starts a thread, sends questions to it and matches its answers. When the thread ends, all that wait fail. */
function startThread(folder: string) {
  const worker = new Worker(workerFile, { workerData: { folder }, stdout: true, stderr: true });
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
  return {
    get hasEnded() {
      return ended;
    },
    ask(question: Question): Promise<readonly SqlRow[]> {
      lastId += 1;
      const answer = Promise.withResolvers<readonly SqlRow[]>();
      waiting.set(lastId, answer);
      // The thread keeps the process alive only while a question is open.
      worker.ref();
      worker.postMessage({ ...question, id: lastId });
      return answer.promise;
    },
    end: () => worker.terminate(),
  };
}

/** Makes the folder and those above it. Node's own `recursive` never ends where no folder can be made, such as in /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    if (existsSync(folder)) return;
    if (existsSync(dirname(folder))) throw error;
    await makeFolder(dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

/**
 * Opens the database in the folder, and creates it if there is none, which takes seconds.
 * @throws Error if the folder cannot be written, or another process has it open
 */
export async function openPGlite(folder: string): Promise<Sql> {
  await makeFolder(resolve(folder));
  const unlock = await lockFolder(folder);
  let thread = startThread(join(folder, "pgdata"));
  /** A thread that has ended, for example for lack of memory, is replaced: the folder holds what it had stored. */
  function send(question: Question) {
    if (thread.hasEnded) thread = startThread(join(folder, "pgdata"));
    return thread.ask(question);
  }
  return {
    query: (text, values) => send({ kind: "query", text, values }),
    async script(text) {
      await send({ kind: "script", text });
    },
    async close() {
      if (!thread.hasEnded) await thread.ask({ kind: "close" }).catch(() => {});
      await thread.end();
      await unlock();
    },
  };
}

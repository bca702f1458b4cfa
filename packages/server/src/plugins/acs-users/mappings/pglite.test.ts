import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { expect, it, onTestFinished } from "vitest";
import { openPGlite } from "./pglite.ts";
import { createSqlStore } from "./sql-store.ts";

const owner = {
  tenantId: "11111111-1111-4111-8111-111111111111",
  objectId: "22222222-2222-4222-8222-222222222222",
  callerToken: "",
};
const key = "33333333-3333-4333-8333-333333333333";
const signal = () => AbortSignal.timeout(300_000);

it("an embedded database whose thread has ended is opened again, with what it had stored", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pglite-"));
  const store = createSqlStore(() => openPGlite(folder));
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });
  const started: Worker[] = [];
  process.on("worker", (worker) => started.push(worker));
  onTestFinished(() => void process.removeAllListeners("worker"));

  await store.begin(owner, key, signal());
  const stored = await store.find(owner, signal());
  expect(stored).toEqual({ state: "creating", key });
  expect(started).toHaveLength(1);
  const during = store.find(owner, signal());
  await Promise.all([expect(during).rejects.toThrow("mapping-store-unavailable"), started[0]?.terminate()]);

  expect(await store.find(owner, signal())).toEqual(stored);
  expect(started).toHaveLength(2);
});

// Linux has a folder in which not even root can make another.
it.runIf(process.platform === "linux")("a folder that cannot be made is refused, and does not hang", async () => {
  await expect(openPGlite("/proc/nowhere/data")).rejects.toThrow("ENOENT");
});

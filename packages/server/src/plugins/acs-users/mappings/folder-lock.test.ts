import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockFolder } from "./folder-lock.ts";

const folder = () => mkdtempSync(join(tmpdir(), "lock-"));
const code = (error: unknown) => (error as { code?: unknown }).code;

/** Leaves what a process leaves that is killed while it holds the lock. */
async function leaveBehind(path: string): Promise<void> {
  const program = `require("node:net").createServer().listen(${JSON.stringify(join(path, "lock"))}, () => process.kill(process.pid, "SIGKILL"))`;
  await once(spawn(process.execPath, ["-e", program], { stdio: "ignore" }), "close");
}

describe("a folder", () => {
  it("is one holder's at a time, and free again after it", async () => {
    const path = folder();
    const unlock = await lockFolder(path);
    await expect(lockFolder(path)).rejects.toSatisfy((error) => code(error) === "FOLDER_IN_USE");
    await unlock();
    await (await lockFolder(path))();
  });

  it("is free after a holder was killed", async () => {
    const path = folder();
    await leaveBehind(path);
    expect(existsSync(join(path, "lock"))).toBe(true);
    await (await lockFolder(path))();
    expect(readdirSync(path)).toEqual([]);
  });

  it("goes to only one holder, even if many callers find the lock of a killed process", async () => {
    const path = folder();
    await leaveBehind(path);
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(path)));
    const held = results.filter((result) => result.status === "fulfilled");
    expect(held).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(code(result.reason)).toBe("FOLDER_IN_USE");
    await held[0]?.value();
  });
});

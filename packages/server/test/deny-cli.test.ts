// npm run deny, as its process: what it prints, and what it needs.
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { hasRedis, startRedis } from "./support/redis.ts";

const program = fileURLToPath(new URL("../dist/deny-cli.js", import.meta.url));
const who = "client 44444444-4444-4444-8444-444444444444";

/** Runs the command with exactly this environment, in a folder without an .env file. */
function deny(
  line: string,
  env: Record<string, string> = {},
): Promise<{ status: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...line.split(" ")], { env, cwd: tmpdir() });
  const printed = { out: "", err: "" };
  child.stdout.on("data", (chunk) => (printed.out += chunk));
  child.stderr.on("data", (chunk) => (printed.err += chunk));
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, ...printed })));
}

describe("npm run deny", () => {
  it("says why it needs REDIS_URL where there is none", async () => {
    const { status, out, err } = await deny(`add ${who}`);
    expect([status, out]).toEqual([1, ""]);
    expect(err).toContain("REDIS_URL is missing");
    expect(err).toContain("inside the one server process");
  });

  it("says what it takes", async () => {
    const { status, err } = await deny("drop everyone");
    expect(status).toBe(1);
    expect(err).toContain("Usage: npm run deny");
  });

  it("says that nothing was changed where Redis is not there, and shows no password", async () => {
    const { status, err } = await deny(`add ${who}`, { REDIS_URL: "redis://:canary@127.0.0.1:9" });
    expect(status).toBe(1);
    expect(err).toContain("Nothing was changed");
    expect(err).not.toContain("canary");
  });

  it.runIf(hasRedis)("adds, lists and removes", async () => {
    const { url } = await startRedis();
    const env = { REDIS_URL: url };
    const added = await deny(`add ${who} --for 2h --reason left`, env);
    expect(added).toMatchObject({ status: 0, err: "" });
    expect(added.out).toMatch(/^Denied client:44444444-\S+ until \S+Z, from the next exchange on\.\n/);
    expect(added.out).toMatch(/cannot be revoked; it may live until \S+Z \(86400 s, the longest possible/);
    expect((await deny("list", env)).out).toMatch(
      /^client:44444444-\S+ {2}since \S+ {2}until \S+ {2}left\n1 denied\.\n$/,
    );
    expect((await deny(`remove ${who}`, env)).out).toContain("is no longer denied");
    expect((await deny(`remove ${who}`, env)).out).toContain("was not denied");
    expect((await deny("list", env)).out).toBe("Nobody is denied.\n");
  });
});

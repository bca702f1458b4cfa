// The log as npm start shows it.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const filter = fileURLToPath(new URL("../../../scripts/readable-log.mjs", import.meta.url));
const time = new Date(2026, 5, 1, 13, 12, 5).getTime();
const request = { level: 30, time, reqId: "r-1", method: "POST", route: "/api/token/teams", ms: 12, msg: "request" };

it("shows one line a request, with what went wrong, and other events in words", () => {
  const events = [
    { ...request, status: 200 },
    { ...request, status: 403, problem: "teams-token-other-user", reason: "other-user" },
    { ...request, aborted: true },
    { ...request, decision: "granted", msg: "decision" },
    { level: 40, time, reqId: "r-1", reason: "busy", acsStatus: 429, msCv: "cv.0", msg: "teams token not exchanged" },
    { level: 50, time, err: { type: "TypeError", message: "ECONNRESET" }, msg: "signing keys could not be fetched" },
    { level: 30, time, signal: "SIGTERM", msg: "closing" },
  ];
  const input = `${events.map((event) => JSON.stringify(event)).join("\n")}\nno log line\n{"half":\n`;
  const { stdout, status } = spawnSync(process.execPath, [filter], { input, encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout.split("\n")).toEqual([
    "13:12:05  POST  /api/token/teams  200  12 ms  r-1",
    "13:12:05  POST  /api/token/teams  403  12 ms  teams-token-other-user (other-user)  r-1",
    "13:12:05  POST  /api/token/teams  given up  12 ms  r-1",
    "13:12:05  warn  teams token not exchanged  reason=busy  acsStatus=429  msCv=cv.0  r-1",
    "13:12:05  error  signing keys could not be fetched  TypeError ECONNRESET",
    "13:12:05  closing  signal=SIGTERM",
    "no log line",
    '{"half":',
    "",
  ]);
});

it("ends quietly with the reader of its lines", async () => {
  const child = spawn(process.execPath, [filter]);
  child.stdout.destroy();
  let printedError = "";
  child.stderr.on("data", (chunk) => (printedError += String(chunk)));
  // The input stays open: only the reader has left.
  child.stdin.write("no log line\n");
  expect(await once(child, "close")).toEqual([0, null]);
  expect(printedError).toBe("");
});

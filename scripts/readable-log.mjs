// Prints the server's log as one readable line for each request: npm run serve | node scripts/readable-log.mjs.
// It needs a build.
import { createInterface } from "node:readline";
import { readableLine } from "../packages/cli/dist/chunks/readable-log.js";

for await (const line of createInterface({ input: process.stdin })) {
  const text = readableLine(line);
  if (text !== undefined) process.stdout.write(`${text}\n`);
}

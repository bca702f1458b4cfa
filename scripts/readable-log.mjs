// Prints the server's log as one readable line for each request: npm run serve | node scripts/readable-log.mjs.
// It needs a build.
import { createInterface } from "node:readline";
import { readArguments } from "./arguments.mjs";

readArguments({
  command: "npm run serve | node scripts/readable-log.mjs",
  does: "Prints the server's log, which it reads from standard input, as one readable line for each request.",
});
// Whoever reads these lines has left, as `head -1` does. The rest is for nobody.
process.stdout.on("error", () => process.exit());
const { readableLine } = await import("../packages/cli/dist/chunks/readable-log.js");
for await (const line of createInterface({ input: process.stdin })) {
  const text = readableLine(line);
  if (text !== undefined) process.stdout.write(`${text}\n`);
}

#!/usr/bin/env node
// The bin `teams-token-emulator`. It imports nothing before it knows that this Node can run the rest.

// An older Node lacks functions that the rest uses, and would end with the stack trace of a TypeError.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  const now = process.versions.node;
  console.error(`teams-token-emulator needs Node 22.18 or later, and this is ${now}. Get it from https://nodejs.org`);
  process.exit(1);
}

// If the reader of the output leaves, as in `teams-token-emulator | head -1`, the emulator goes on.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
const { runBin } = await import("./run-bin.ts");
await runBin(process.argv.slice(2));

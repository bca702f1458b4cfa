#!/usr/bin/env node
// The entry of the program. It keeps the compiled code on disk, which halves the time of a start, and then runs a command.
import * as modules from "node:module";
import { fileURLToPath } from "node:url";

// An older Node lacks functions that the rest imports, and would end with the stack trace of a SyntaxError.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  const now = process.versions.node;
  process.stderr.write(
    `teams-token-exchange needs Node 22.18 or later, and this is ${now}. Get it from https://nodejs.org\n`,
  );
  process.exit(1);
}

// In a folder of this installation, never in one that others may write to: Node runs what lies in it. If this user may not
// write there, there is no cache, and everything else works.
modules.enableCompileCache(fileURLToPath(new URL(".compile-cache", import.meta.url)));
const { outliveReaders } = await import("./command/output.ts");
outliveReaders();
const { runProgram } = await import("./program.ts");
await runProgram(process.argv.slice(2));
// Now, because a process that is killed writes nothing at its end.
modules.flushCompileCache();

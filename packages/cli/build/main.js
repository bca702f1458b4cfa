#!/usr/bin/env node
// The entry of the program. It keeps the compiled code on disk, which halves the time of a start, and then runs a command.
import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";
// In a folder of this installation, never in one that others may write to: Node runs what lies in it. If this user may not
// write there, there is no cache, and everything else works.
enableCompileCache(fileURLToPath(new URL(".compile-cache", import.meta.url)));
const { runProgram } = await import("./program.js");
await runProgram(process.argv.slice(2));
// Now, because a process that is killed writes nothing at its end.
flushCompileCache();

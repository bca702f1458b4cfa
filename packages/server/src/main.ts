#!/usr/bin/env node
// Starts the server quickly: from one file with everything in it, which the build makes (scripts/bundle-server.mjs) and Node
// keeps compiled beside it; a thousand small files take twice as long. Without that file, from the modules themselves.
import { existsSync } from "node:fs";
import { enableCompileCache, flushCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// In a folder of this installation, never in one that others may write to: what lies in it is run. Where this user may not
// write there is no cache, and nothing else is missing.
enableCompileCache(fileURLToPath(new URL(".compile-cache", import.meta.url)));
const bundle = new URL("bundle.js", import.meta.url);
if (existsSync(bundle)) await import(bundle.href);
else await import("./process.ts");
// Now, because a process that is killed writes nothing at its end.
flushCompileCache();

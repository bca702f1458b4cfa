// Runs in a package's folder after `tsc -b`: removes files of dist/ whose source in src/ was renamed or deleted, because
// npm would publish them. It does not empty dist/, so that tests that use it at the same time keep working.
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

for (const file of readdirSync("dist", { recursive: true })) {
  const [, source] = /^(.*?)(?:\.d\.ts|\.js)(?:\.map)?$/.exec(file) ?? [];
  const isStale = source !== undefined && ![".ts", ".tsx"].some((ending) => existsSync(join("src", source + ending)));
  if (isStale || file.endsWith(".map")) rmSync(join("dist", file));
}

// Packs the published packages once for all tests of this folder.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { packPackages } from "../../../scripts/pack.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** By name of the package: the path of its tarball and the files in it. */
    tarballs: Record<string, { tarball: string; files: string[] }>;
  }
}

/** @returns what removes the tarballs after the last test */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "tarballs-"));
  project.provide("tarballs", Object.fromEntries(packPackages(folder)));
  return () => rmSync(folder, { recursive: true });
}

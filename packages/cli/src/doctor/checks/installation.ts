// The installation: a lockfile that names the hosts of its packages installs only on machines that reach those hosts.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Check } from "./check.ts";

const lockfile = z.object({ packages: z.record(z.string(), z.object({ resolved: z.string().optional() })) });

/** package-lock.json. */
export const installation: Check = {
  name: "installation",
  needs: "nothing",
  run: ({ folder }) => {
    const file = join(folder, "package-lock.json");
    if (!existsSync(file)) return [];
    const { packages } = lockfile.parse(JSON.parse(readFileSync(file, "utf8")));
    const named = Object.values(packages).filter(({ resolved }) => resolved !== undefined && /^https?:/.test(resolved));
    if (named.length === 0) return [];
    return [
      {
        id: "lockfile-names-a-host",
        what: `package-lock.json names the host of ${named.length} package(s).`,
        why: "npm ci fetches only from that host, which fails for anyone who cannot reach it.",
        remedy: "npm install --package-lock-only --omit-lockfile-registry-resolved",
      },
    ];
  },
};

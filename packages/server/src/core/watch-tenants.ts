// Reads TENANTS_FILE again when it changes. Its state is compared instead of waiting for events of the file system, which are lost
// when an editor, `mv` or Kubernetes puts another file in its place.
import { statSync } from "node:fs";
import type { FastifyBaseLogger } from "fastify";
import { LoggableError } from "../problems/loggable-error.ts";
import type { OpenTenants } from "../resources/open-tenants.ts";
import type { TenancyRules } from "../settings/resource-connection.ts";
import { readTenantsFile, type Tenancy } from "../settings/tenants-file.ts";

export interface TenantsWatch {
  /** Reads the file now, and takes over what it says. A file with a problem changes nothing and is logged. Never rejects. */
  reload(): Promise<void>;
  start(): void;
  stop(): void;
}

interface WatchOptions {
  /** Where the file is. */
  readonly path: string;
  readonly rules: TenancyRules;
  readonly tenants: Pick<OpenTenants, "replace">;
  /** What is in force. */
  readonly tenancy: Tenancy;
  readonly log: Pick<FastifyBaseLogger, "info" | "error">;
  /** How often the file is looked at, in milliseconds; 1,000 by default. */
  readonly everyMs: number | undefined;
}

/** No more lines for one broken file. */
const maxProblems = 20;

/** What changes with a file's content, also if another file takes its place or a link leads elsewhere. */
function stateOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stats ? `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}` : "none";
}

/** Makes the watch. The file was read once before. */
export function watchTenants({ path, rules, tenants, tenancy, log, everyMs = 1_000 }: WatchOptions): TenantsWatch {
  let inForce = JSON.stringify(tenancy);
  /** Also the files with connection strings, which the first reading finds. */
  let files: readonly string[] = [path];
  const states = () => files.map(stateOf).join(" ");
  let loaded = "";
  let seen = "";
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function read(): Promise<void> {
    loaded = states();
    const result = readTenantsFile(path, rules);
    if (!result.ok) {
      for (const [place, problem] of result.problems.slice(0, maxProblems)) {
        const text = `TENANTS_FILE at ${place} ${problem}. The tenants and resources stay as they are`;
        log.error({ setting: "TENANTS_FILE", reason: "tenants-file-refused" }, text);
      }
      return;
    }
    files = result.files;
    loaded = states();
    if (inForce === JSON.stringify(result.value)) return;
    await tenants.replace(result.value);
    inForce = JSON.stringify(result.value);
    const { tenants: listed, resources } = result.value;
    log.info(`TENANTS_FILE was read again: ${listed.length} tenants, ${resources.length} resources`);
  }

  function reload(): Promise<void> {
    running = running.then(read).catch((cause: unknown) => {
      const err = new LoggableError("TENANTS_FILE could not take effect. The tenants and resources stay as they are.");
      log.error({ err: Object.assign(err, { cause }), setting: "TENANTS_FILE" }, "tenants file not used");
    });
    return running;
  }

  /** A file that is being written has another state each time: it is read once it stays the same. */
  function look(): void {
    const now = states();
    if (now === seen && now !== loaded) void reload();
    seen = now;
  }

  return {
    reload,
    start() {
      timer = setInterval(look, everyMs).unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}

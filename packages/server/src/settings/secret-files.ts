// Secrets given as files, as orchestrators mount them: NAME_FILE holds the path of a file whose content is NAME.
import { readFileSync } from "node:fs";

/** The settings that may be given as files. */
export const fileSettings = [
  "ACS_CONNECTION_STRING",
  "ACS_CONNECTION_STRING_SECONDARY",
  "DATABASE_URL",
  "ENTRA_API_CLIENT_CERTIFICATE",
  "ENTRA_API_CLIENT_SECRET",
  "REDIS_URL",
] as const;

type Environment = Record<string, string | undefined>;

/**
 * The environment with the contents of the files in place, and what is wrong: both forms given, or a file that cannot be
 * read. White space around a content is dropped, because editors end files with a line break.
 */
export function withSecretFiles(env: Environment): {
  env: Environment;
  problems: [setting: string, problem: string][];
} {
  const problems: [string, string][] = [];
  const filled = { ...env };
  for (const setting of fileSettings) {
    const fileSetting = `${setting}_FILE`;
    const path = env[fileSetting];
    if (!path) continue;
    if (env[setting]) problems.push([fileSetting, `and ${setting} are both set; keep one`]);
    try {
      filled[setting] ??= readFileSync(path, "utf8").trim();
    } catch {
      problems.push([fileSetting, "names a file that cannot be read"]);
    }
  }
  return { env: filled, problems };
}

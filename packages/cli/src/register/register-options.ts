// The options of the register command.
import { ConfigError, readSetting } from "@teams-token-exchange/server/deployment";
import type { Command } from "commander";
import { type Environment, readEnvironment } from "../command/environment.ts";
import { CommandFailure, UsageError } from "../command/failures.ts";
import { settingsFile } from "../command/option-values.ts";
import { type SignInWay, signInOption } from "../graph/sign-in.ts";

export interface RegisterOptions {
  readonly tenant: string;
  readonly instance: string;
  readonly pages: readonly URL[];
  readonly signIn: SignInWay;
  readonly envFile: string;
  readonly dryRun: boolean;
  readonly undo: boolean;
  readonly yes: boolean;
  readonly open: boolean;
}

type Run = (options: RegisterOptions, env: Environment) => Promise<void>;

function addPage(text: string, before: readonly URL[] | undefined): URL[] {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAllowed = url?.protocol === "https:" || (url?.protocol === "http:" && url.hostname === "localhost");
  if (!url || !isAllowed || url.hash || url.search) {
    throw new UsageError(
      "--page must be an https address, such as https://app.example.com/, or an http one of localhost",
    );
  }
  return [...(before ?? []), url];
}

/** The page of a server on this machine. */
function localPage(env: Environment): URL {
  try {
    return new URL(`${readSetting(env, "BASE_PATH")}/`, "http://localhost:3000");
  } catch (error) {
    if (error instanceof ConfigError) throw new CommandFailure(error.message);
    throw error;
  }
}

function readInstance(text: string): string {
  if (/^[a-z0-9-]{1,40}$/.test(text)) return text;
  throw new UsageError("--instance takes up to 40 lower-case letters, digits and dashes");
}

/** Adds the options, and an action that hands them on with the settings of the environment and the .env file. */
export function defineOptions(command: Command, run: Run): void {
  command
    .option("--tenant <id>", "directory (tenant) id or domain (default: ENTRA_TENANT_ID)")
    .option("--page <url>", "where the page will be; repeatable (default: BASE_PATH at http://localhost:3000)", addPage)
    .addOption(signInOption())
    .option("--instance <name>", "a name for each deployment, if one tenant has several", readInstance, "default")
    .option("--settings-file, --env-file <file>", settingsFile("write the settings to this file"), ".env")
    .option("--dry-run", "show what would change, and change nothing", false)
    .option("--undo", "remove only what register made", false)
    .option("--yes", "do not ask", false)
    .option("--open", "open the consent page in a browser", false)
    .action((given: Omit<RegisterOptions, "pages" | "tenant"> & { page?: URL[]; tenant?: string }) => {
      const { env } = readEnvironment(process.env, given.envFile);
      const { page = [localPage(env)], ...others } = given;
      const tenant = given.tenant ?? env["ENTRA_TENANT_ID"]?.trim() ?? "";
      if (tenant === "")
        throw new UsageError("The tenant is not known. Give --tenant with the id or the domain of your directory");
      return run({ ...others, pages: page, tenant }, env);
    });
}

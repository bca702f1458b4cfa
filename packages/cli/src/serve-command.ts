// teams-token-exchange serve: environment → settings → server → listen → graceful end. Only this file and the demo read the
// environment for a server.
import { ConfigError, createApp, PackageMissing, readConfig } from "@teams-token-exchange/server";
import { type Command, Option } from "commander";
import { endOnSignal, hasTerminal } from "./command/end-on-signal.ts";
import { loadEnvironment } from "./command/environment.ts";
import { CommandFailure } from "./command/failures.ts";
import { pageOf } from "./command/option-values.ts";
import { trustExtraAuthorities } from "./command/outgoing.ts";
import { outputIsLog } from "./command/output.ts";
import { packagedPage } from "./command/package-files.ts";
import { readableLine } from "./demo/readable-log.ts";
import { listen } from "./listen.ts";

/** After the signal, requests in flight get this long; an exchange ends after 10 s at the latest. */
const graceMs = 15_000;

/** Adds options and the action. */
export function defineServe(command: Command): void {
  command
    .description(
      "Runs the server. Settings are read from the environment and from .env in the current folder.\nSIGTERM and Ctrl-C end it once the requests in flight are answered; a second Ctrl-C ends it immediately. SIGHUP reads TENANTS_FILE and fetches the signing keys again under a supervisor; from a terminal it ends the server.",
    )
    .addOption(
      new Option("--page <folder>", "serve this built page at /")
        .argParser(pageOf("--page"))
        .default(packagedPage, "the page that comes with this package"),
    )
    .option("--no-page", "serve the API only")
    .addHelpText(
      "after",
      "\nExample:\n  PORT=8080 teams-token-exchange serve\n\n.env.example of the repository describes every setting.",
    )
    .action(({ page }: { page: string | false }) => serve(page));
}

function readSettings() {
  try {
    return readConfig(loadEnvironment(".env"));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new CommandFailure(
      `teams-token-exchange cannot start. ${error.message}\nSee .env.example for what each setting means.`,
    );
  }
}

/** Ends the process once the log is out; a reader that does not read gets one second. */
async function endAfterLog(status: number): Promise<never> {
  // The log goes out at the end of a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const written = new Promise((resolve) => process.stdout.write("", resolve));
  await Promise.race([written, new Promise((resolve) => setTimeout(resolve, 1_000))]);
  process.exit(status);
}

/** The log for a person at a terminal. Programs get JSON. */
const readableOutput = {
  write(lines: string) {
    for (const line of lines.split("\n").filter(Boolean)) {
      const text = readableLine(line);
      if (text !== undefined) process.stdout.write(`${text}\n`);
    }
  },
};

/** Prints the message and ends. What the app has started would keep the process. */
function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

async function serve(pageFolder: string | false): Promise<void> {
  const config = readSettings();
  const wrongAuthorities = trustExtraAuthorities(process.env);
  if (wrongAuthorities !== undefined) process.stderr.write(`${wrongAuthorities}\n`);
  const app = await createApp(config, {
    pageFolder,
    ...(process.stdout.isTTY && { logDestination: readableOutput }),
  }).catch((error: unknown) => {
    if (error instanceof PackageMissing) fail(`teams-token-exchange cannot start. ${error.message}`);
    throw error;
  });

  // A defect that nobody caught leaves the process in an unknown state: it logs that, without the text of the error, and ends,
  // so that its supervisor starts a new one. Unhandled rejections come here too.
  process.on("uncaughtException", (error) => {
    app.log.fatal({ err: error, reason: "uncaught" }, "the process ends because of a defect");
    void endAfterLog(1);
  });

  async function end(signal: NodeJS.Signals) {
    app.log.info({ signal }, "closing");
    setTimeout(() => process.exit(1), graceMs).unref();
    await app.drain();
    await app.close();
    return endAfterLog(0);
  }
  outputIsLog();
  // Before the server listens, because a signal may follow immediately. A closed terminal sends SIGHUP. From a supervisor it means
  // that the tenants have changed, or that a signing key was withdrawn in an emergency: forget it now, not in an hour.
  const isSupervised = !hasTerminal();
  endOnSignal(end, isSupervised ? [] : ["SIGHUP"]);
  if (isSupervised) process.on("SIGHUP", () => void Promise.all([app.reloadTenants(), app.reloadSigningKeys()]));

  await listen(app, config).catch((error: unknown) => {
    if (error instanceof CommandFailure) fail(error.message);
    throw error;
  });
}

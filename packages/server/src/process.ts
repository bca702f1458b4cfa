// The process: environment → settings → server → listen → graceful end. Nothing else reads the environment.
import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import { createApp } from "./app.ts";
import { PackageMissing } from "./settings/optional-packages.ts";
import { ConfigError, readConfig } from "./settings/read-settings.ts";

/** After the signal, requests in flight get this long; an exchange ends after 10 s at the latest. */
const graceMs = 15_000;

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function settings() {
  try {
    // Variables that are set already win over the file.
    if (existsSync(".env")) loadEnvFile(".env");
    return readConfig(process.env);
  } catch (error) {
    if (error instanceof ConfigError)
      fail(`teams-token-exchange cannot start. ${error.message}\nSee .env.example for what each setting means.`);
    throw error;
  }
}

const config = settings();
const app = await createApp(config).catch((error: unknown) => {
  if (error instanceof PackageMissing) fail(`teams-token-exchange cannot start. ${error.message}`);
  throw error;
});

// A defect that nobody caught leaves the process in an unknown state: it says so, without the error's own text, and ends;
// whatever supervises it starts a new one. Rejections that nobody handles come here too.
process.on("uncaughtException", (error) => {
  app.log.fatal({ err: error, reason: "uncaught" }, "the process ends because of a defect");
  void endAfterLog(1);
});

/** Ends the process once the log is out; a reader that does not read gets one second. */
async function endAfterLog(status: number): Promise<never> {
  // The log goes out at the end of a turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const written = new Promise((resolve) => process.stdout.write("", resolve));
  await Promise.race([written, new Promise((resolve) => setTimeout(resolve, 1_000))]);
  process.exit(status);
}

async function end(signal: NodeJS.Signals) {
  app.log.info({ signal }, "closing");
  setTimeout(() => process.exit(1), graceMs).unref();
  await app.drain();
  await app.close();
  await endAfterLog(0);
}
// Before the server listens: whoever reads that it does may end it at once.
process.once("SIGTERM", end);
process.once("SIGINT", end);
// A signing key was withdrawn in an emergency: forget it now, not with the next hourly fetch.
process.on("SIGHUP", () => void app.reloadSigningKeys());

try {
  await app.listen({ port: config.port, host: config.host });
} catch (error) {
  const { code, port = config.port } = error as { code?: string; port?: number };
  const setting = port === config.telemetry.prometheus.port ? "METRICS_PORT" : "PORT";
  if (code === "EADDRINUSE")
    fail(`Port ${port} is taken. Choose another with the setting ${setting}, for example ${setting}=${port + 1}.`);
  if (code === "EACCES") fail(`Port ${port} may not be used by this user. Choose another with the setting ${setting}.`);
  fail(`The server cannot listen on HOST and PORT (${code ?? "unknown error"}).`);
}

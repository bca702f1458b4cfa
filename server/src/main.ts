#!/usr/bin/env node
// The process: environment → settings → server → listen → graceful end. Nothing else reads the environment.
import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import { createApp } from "./app.ts";
import { ConfigError, readConfig } from "./config.ts";

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
const app = await createApp(config);

try {
  await app.listen({ port: config.port, host: config.host });
} catch (error) {
  const { code } = error as { code?: string };
  if (code === "EADDRINUSE")
    fail(`Port ${config.port} is taken. Choose another with the setting PORT, for example PORT=3001.`);
  if (code === "EACCES")
    fail(`Port ${config.port} may not be used by this user. Choose another with the setting PORT.`);
  fail(`The server cannot listen on HOST and PORT (${code ?? "unknown error"}).`);
}

async function end(signal: NodeJS.Signals) {
  app.log.info({ signal }, "closing");
  setTimeout(() => process.exit(1), graceMs).unref();
  await app.drain();
  await app.close();
  process.exit(0);
}
process.once("SIGTERM", end);
process.once("SIGINT", end);

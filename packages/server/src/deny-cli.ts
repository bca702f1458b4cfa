#!/usr/bin/env node
// The process behind `npm run deny`: arguments → Redis → a few lines. The words are read in deny-list/command-line.ts.
import { existsSync } from "node:fs";
import { loadEnvFile } from "node:process";
import { deny, viewOf } from "./deny-list/administer.ts";
import { type DenyCommand, denyUsage, readDenyCommand } from "./deny-list/command-line.ts";
import { subjectKey } from "./deny-list/deny-list.ts";
import { denialInWords, listInWords } from "./deny-list/in-words.ts";
import { createRedisDenyList, type RedisDenyList } from "./deny-list/redis-deny-list.ts";
import { createRedis } from "./redis/redis.ts";
import { ConfigError, readSetting } from "./settings/read-settings.ts";

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function redisUrl(): string {
  // Variables that are set already win over the file.
  if (existsSync(".env")) loadEnvFile(".env");
  try {
    const url = readSetting(process.env, "REDIS_URL");
    if (url !== undefined) return url;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    fail(error.message);
  }
  return fail(
    "REDIS_URL is missing. Without Redis, the deny-list is inside the one server process, where this command cannot reach it. Use the admin route (ADMIN_APP_ROLE), or give the servers and this command the same REDIS_URL.",
  );
}

async function perform(command: DenyCommand, list: RedisDenyList): Promise<string[]> {
  if (command.action === "list") return listInWords((await list.list()).map(viewOf));
  if (command.action === "add") return denialInWords(await deny(list, command.denial, Date.now()));
  const removed = await list.remove(command.subject);
  return [`${subjectKey(command.subject)} ${removed ? "is no longer" : "was not"} denied.`];
}

const command = readDenyCommand(process.argv.slice(2));
if (!command.ok) fail(`${command.reason}\n\n${denyUsage}`);
const silent = { info: () => {}, warn: () => {} };
const redis = createRedis({ url: redisUrl(), log: silent, commandTimeoutMs: 5_000 });
try {
  await redis.start();
  const lines = await perform(command.value, createRedisDenyList({ redis, now: Date.now }));
  process.stdout.write(`${lines.join("\n")}\n`);
} catch {
  fail("Redis at REDIS_URL cannot be reached, or refuses to write. Nothing was changed.");
} finally {
  await redis.stop();
}

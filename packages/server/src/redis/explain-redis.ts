// Why Redis did not execute a command, for operators. Its own words are not repeated: they can quote keys and addresses.
import { explainFailure } from "../network/explain-failure.ts";

/** The first word of an error reply, such as WRONGPASS. */
const replyCode = (error: unknown): string | undefined =>
  /^([A-Z]{2,20}) /.exec(String((error as { message?: unknown })?.message))?.[1];

const cluster =
  "It is a node of a Redis Cluster, which this server cannot use. Name a Redis without cluster mode in REDIS_URL";
const credentials = "Correct user and password in REDIS_URL";

const remedies: Readonly<Record<string, string>> = {
  MOVED: cluster,
  ASK: cluster,
  CROSSSLOT: cluster,
  CLUSTERDOWN: cluster,
  CLUSTER: cluster,
  NOAUTH: credentials,
  WRONGPASS: credentials,
  NOPERM: "Let the user of REDIS_URL run scripts, and read and write the keys tte:*",
  READONLY: "It is a replica. Name the primary in REDIS_URL",
  OOM: "Its memory is full. Raise maxmemory",
};

/** Refusals that a write of any key meets as well. Others, such as NOPERM for scripts, concern only some commands or keys. */
export function isSeenByProbe(error: unknown): boolean {
  const code = replyCode(error);
  return code === undefined || /^(READONLY|OOM|LOADING|MISCONF|MASTERDOWN|NOREPLICAS|BUSY)$/.test(code);
}

/** One or two sentences without a full stop at the end. @param url may hold a password; only its host is named */
export function explainRedis(error: unknown, url: string): string {
  const { host } = new URL(url);
  const code = replyCode(error);
  if (code === undefined) return explainFailure(error, { attempt: "Cannot use Redis at", host, setting: "REDIS_URL" });
  return `Redis at ${host} refuses (${code})${remedies[code] ? `. ${remedies[code]}` : ""}`;
}

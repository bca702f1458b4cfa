// Why Redis did not execute a command, for operators. Its own words are not repeated: they can quote keys and addresses.
import { explainFailure } from "../network/explain-failure.ts";

/** The first word of an error reply, such as WRONGPASS. */
const replyCode = (error: unknown): string | undefined =>
  /^([A-Z]{2,20}) /.exec(String((error as { message?: unknown })?.message))?.[1];

const credentials = "Correct user and password in REDIS_URL";
const cluster = "It is a cluster that this server could not follow. Name one of its nodes, or its proxy, in REDIS_URL";

const remedies: Readonly<Record<string, string>> = {
  MOVED: cluster,
  ASK: cluster,
  CROSSSLOT: cluster,
  CLUSTERDOWN: "Some slots of the cluster have no node. Check its nodes",
  NOAUTH: credentials,
  WRONGPASS: credentials,
  NOPERM: "Let the user of REDIS_URL run scripts, and read and write the keys tte:*",
  READONLY: "It is a replica. Name the primary in REDIS_URL",
  OOM: "Its memory is full. Raise maxmemory",
  WRONGTYPE: "A key tte:* holds something else. Delete it, and let nothing else write these keys",
};

/** Replies that a write of any key would get as well, now or after it waited. */
const outages =
  /^(READONLY|OOM|LOADING|MISCONF|MASTERDOWN|NOREPLICAS|BUSY|CLUSTERDOWN|TRYAGAIN|NOAUTH|WRONGPASS|MOVED|ASK)$/;

/** Whether Redis as a whole cannot be used. Otherwise it refuses only some commands or keys. */
export function isOutage(error: unknown): boolean {
  const code = replyCode(error);
  return code === undefined || outages.test(code);
}

/** Whether a node of a cluster named another one. */
export const isRedirect = (error: unknown): boolean => /^(MOVED|ASK)$/.test(replyCode(error) ?? "");

/** What is wrong, in one or two sentences without a full stop at the end. @param url may hold a password; only its host is named */
export function explainRedis(error: unknown, url: string): { code: string; explanation: string } {
  const { host } = new URL(url);
  const code = replyCode(error);
  if (code === undefined) {
    const attempt = { attempt: "Cannot use Redis at", host, setting: "REDIS_URL" };
    return { code: "unreachable", explanation: explainFailure(error, attempt) };
  }
  return { code, explanation: `Redis at ${host} refuses (${code})${remedies[code] ? `. ${remedies[code]}` : ""}` };
}

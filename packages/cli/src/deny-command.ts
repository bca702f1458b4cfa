// teams-token-exchange deny: changes the deny list that running servers share through Redis.
import { type DenyAnswer, DenyRequest, type DenySubject, type DenyView } from "@teams-token-exchange/rules/contract";
import { AdminFailure, openDenyList, type SharedDenyList, subjectKey } from "@teams-token-exchange/server/admin";
import { ConfigError } from "@teams-token-exchange/server/deployment";
import type { Command } from "commander";
import { loadEnvironment } from "./command/environment.ts";
import { CommandFailure, UsageError } from "./command/failures.ts";
import { guidOf } from "./command/option-values.ts";

const who = "user <tenantId> <objectId>, client <clientId> or tenant <tenantId>, each a GUID";
const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The ids that each kind takes, in this order. */
const idsOfKind: Readonly<Record<string, readonly string[]>> = {
  user: ["tenantId", "objectId"],
  client: ["clientId"],
  tenant: ["tenantId"],
};

function readKind(text: string): string {
  if (Object.hasOwn(idsOfKind, text)) return text;
  throw new UsageError("<kind> must be user, client or tenant");
}

function readSubject(kind: string, given: readonly string[]): DenySubject {
  const names = idsOfKind[kind] ?? [];
  if (given.length !== names.length) {
    const ids = names.map((name) => `<${name}>`).join(" ");
    throw new UsageError(`${kind} takes ${names.length === 1 ? "one id" : `${names.length} ids`}: ${ids}`);
  }
  const ids = names.map((name, index) => [name, guidOf(`<${name}>`)(given[index] ?? "")]);
  return { kind, ...Object.fromEntries(ids) } as DenySubject;
}

function readDuration(text: string): number {
  const [, count, unit = ""] = /^(\d{1,8})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit] ?? Number.NaN);
  if (seconds >= 1 && seconds <= 31_536_000) return seconds;
  throw new UsageError("--for takes a number and s, m, h or d, such as 2h, up to a year");
}

function readReason(text: string): string {
  const reason = DenyRequest.shape.reason.safeParse(text);
  if (!reason.success) throw new UsageError("--reason takes one word of letters, digits, - and _");
  return text;
}

const lineOf = ({ subject, addedAt, until, reason }: DenyView) =>
  [subjectKey(subject), `since ${addedAt}`, until && `until ${until}`, reason].filter(Boolean).join("  ");

const formatList = (entries: readonly DenyView[]): string[] => [
  ...entries.map(lineOf),
  entries.length === 0 ? "Nobody is denied." : `${entries.length} denied.`,
];

/** The entry that was added, and how long existing tokens stay valid. */
function formatDenial({ entry, existingTokens }: DenyAnswer): string[] {
  const { revoked, notRevoked } = existingTokens;
  return [
    `Denied ${subjectKey(entry.subject)}${entry.until ? ` until ${entry.until}` : ""}, from the next exchange on.`,
    ...(revoked > 0 ? [`ACS users whose tokens were revoked: ${revoked}.`] : []),
    ...(notRevoked > 0 ? [`ACS users whose tokens are not revoked yet: ${notRevoked}. The servers keep trying.`] : []),
    formatEnd(existingTokens),
  ];
}

function formatEnd({ mayLiveUntil, seconds, known, underWay }: DenyAnswer["existingTokens"]): string {
  if (known && seconds === 0) return "No ACS token that was issued before is still valid.";
  const unknown =
    underWay > 0 ? `requests under way: ${underWay}` : "not all tokens of the last 24 hours were recorded";
  const limit = known ? "" : `, the longest possible: ${unknown}`;
  return `An ACS token issued before cannot be revoked; it may live until ${mayLiveUntil} (${seconds} s${limit}).`;
}

/** Adds the subcommands. @param open opens the deny list; tests record what would be changed */
export function defineDeny(command: Command, open: typeof openDenyList = openDenyList): void {
  async function change(action: (list: SharedDenyList) => Promise<string[]>): Promise<void> {
    try {
      const list = await open(loadEnvironment(".env"));
      const lines = await action(list).finally(() => list.close());
      process.stdout.write(`${lines.join("\n")}\n`);
    } catch (error) {
      const isForPeople = error instanceof AdminFailure || error instanceof ConfigError;
      throw isForPeople ? new CommandFailure(error.message, { cause: error }) : error;
    }
  }

  command
    .description(
      "Changes the deny list: exchanges of a denied user, client or tenant are refused.\nREDIS_URL names the Redis of the running servers; it is read from the environment or .env.",
    )
    .addHelpText(
      "after",
      "\nExample:\n  teams-token-exchange deny add client 44444444-4444-4444-8444-444444444444 --for 2h --reason leaked",
    );
  command
    .command("add")
    .summary("deny a user, client or tenant")
    .description(`Denies a user, client or tenant.\nThe subject is ${who}.`)
    .argument("<kind>", "user, client or tenant", readKind)
    .argument("<ids...>", "user: tenant id and object id; client: client id; tenant: tenant id")
    .option("--for <duration>", "how long, such as 30m, 2h or 7d; without it until removed", readDuration)
    .option("--reason <word>", "one word for yourself; do not use names of people", readReason)
    .addHelpText("after", "\nExample:\n  teams-token-exchange deny add tenant 11111111-1111-4111-8111-111111111111")
    .action((kind: string, ids: string[], options: { for?: number; reason?: string }) => {
      const denial = { subject: readSubject(kind, ids), forSeconds: options.for, reason: options.reason };
      return change(async (list) => formatDenial(await list.add(denial)));
    });
  command
    .command("remove")
    .summary("allow a user, client or tenant again")
    .description(`Allows a user, client or tenant again.\nThe subject is ${who}.`)
    .argument("<kind>", "user, client or tenant", readKind)
    .argument("<ids...>", "user: tenant id and object id; client: client id; tenant: tenant id")
    .addHelpText("after", "\nExample:\n  teams-token-exchange deny remove tenant 11111111-1111-4111-8111-111111111111")
    .action((kind: string, ids: string[]) => {
      const subject = readSubject(kind, ids);
      return change(async (list) => {
        const isRemoved = await list.remove(subject);
        return [`${subjectKey(subject)} ${isRemoved ? "is no longer" : "was not"} denied.`];
      });
    });
  command
    .command("list")
    .summary("show who is denied")
    .description("Shows every user, client and tenant that is denied.")
    .addHelpText("after", "\nExample:\n  teams-token-exchange deny list")
    .action(() => change(async (list) => formatList(await list.list())));
}

// Ends the tokens of ACS users whose callers were denied. Tokens of Teams users cannot be revoked.
import type { FastifyBaseLogger } from "fastify";
import { subjectKey } from "../../deny-list/deny-list.ts";
import type { DenyList } from "../../deny-list/deny-list-types.ts";
import { isUnknownUser } from "./acs-users-client.ts";
import type { ResilientUsers } from "./resilient-users.ts";

interface RevokerNeeds {
  denyList: DenyList;
  /** The client for the ACS users of a tenant; undefined if the tenant is not listed any more. */
  usersOf: (tenantId: string) => Pick<ResilientUsers, "revokeTokens"> | undefined;
  log: Pick<FastifyBaseLogger, "warn">;
  /** For each call to ACS, in milliseconds. */
  deadlineMs: number;
}

/** By then every request that was under way has ended, and ACS may have recovered. */
const againAfterMs = 15_000;

/**
 * Revokes whenever the deny-list changes, and once more a little later. Every instance does, because revoking twice does no
 * harm and an instance may end at any time.
 * @returns what ends it
 */
export function revokeDenied({ denyList, usersOf, log, deadlineMs }: RevokerNeeds): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();

  async function revokeAll(): Promise<void> {
    const denied = new Set((await denyList.list()).map(({ subject }) => subjectKey(subject)));
    if (denied.size === 0) return;
    const tokens = await denyList.issued.revocable((note) => note.split(" ").some((word) => denied.has(word)));
    let revoked = 0;
    for (const token of tokens) {
      const [, tenantId = ""] = /(?:^| )tenant:(\S+)/.exec(token.note) ?? [];
      const outcome = await usersOf(tenantId)?.revokeTokens(token.acsUserId, AbortSignal.timeout(deadlineMs));
      if (!outcome || (!outcome.ok && !isUnknownUser(outcome))) continue;
      await denyList.issued.forget(token);
      revoked += 1;
    }
    if (tokens.length === 0) return;
    log.warn({ revoked, failed: tokens.length - revoked }, "deny-list: revoked tokens of ACS users");
    if (revoked < tokens.length) runLater();
  }

  const run = () => {
    running = running.then(revokeAll).catch(runLater);
  };
  function runLater(): void {
    clearTimeout(timer);
    timer = setTimeout(run, againAfterMs).unref();
  }
  denyList.onChange(() => {
    run();
    runLater();
  });
  return () => clearTimeout(timer);
}

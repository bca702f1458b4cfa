// ACS users behind what keeps a failing ACS at a distance. Everything here may be repeated but making a user without a key.
import type { AcsOutcome } from "../../acs/acs-failure.ts";
import type { Resilience } from "../../acs/resilience-types.ts";
import type { AcsUsersClient } from "./acs-users-client.ts";

/** ACS users as the rest of the server sees them. */
export type ResilientUsers = Omit<AcsUsersClient, "createAnonymous">;

const unknownVersion = "UnsupportedApiVersion";

/**
 * Wraps a client of ACS. Like it, never rejects. Where ACS no longer takes keys, users are made without: then a process that
 * is killed between making one and storing it leaves a user that nobody uses.
 */
export function createResilientUsers(users: AcsUsersClient, resilience: Resilience): ResilientUsers {
  let takesKeys = true;
  const repeatable = <Value>(caller: string, call: () => Promise<AcsOutcome<Value>>, abortSignal: AbortSignal) =>
    resilience.run(call, abortSignal, () => true, caller);

  return {
    async create(key, abortSignal) {
      if (takesKeys) {
        const outcome = await repeatable(key, () => users.create(key, abortSignal), abortSignal);
        takesKeys = outcome.ok || outcome.acsCode !== unknownVersion;
        if (takesKeys) return outcome;
      }
      return resilience.run(
        () => users.createAnonymous(abortSignal),
        abortSignal,
        () => false,
        key,
      );
    },
    issueToken: (acsUserId, abortSignal) =>
      repeatable(acsUserId, () => users.issueToken(acsUserId, abortSignal), abortSignal),
    revokeTokens: (acsUserId, abortSignal) =>
      repeatable(acsUserId, () => users.revokeTokens(acsUserId, abortSignal), abortSignal),
    delete: (acsUserId, abortSignal) => repeatable(acsUserId, () => users.delete(acsUserId, abortSignal), abortSignal),
  };
}

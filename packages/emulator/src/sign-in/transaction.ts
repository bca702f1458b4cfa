// An authorization request while a person looks at our pages. Each page names it in a hidden field `ctx`.
import { opaqueSecret } from "../crypto/random-values.ts";
import { EntraError } from "../entra/entra-error.ts";
import type { World } from "../http/context.ts";
import type { Transaction } from "../state/state.ts";

const LIFETIME_MILLISECONDS = 15 * 60_000;

/** Begins one. Those that nobody finished are dropped on the way. */
export function beginTransaction(
  world: World,
  tenant: string,
  request: Record<string, string>,
): { ctx: string; transaction: Transaction } {
  const { transactions } = world.state;
  const now = world.clock.now();
  for (const [key, old] of transactions) if (old.expiresAt < now) transactions.delete(key);
  const ctx = opaqueSecret();
  const expiresAt = now + LIFETIME_MILLISECONDS;
  const transaction: Transaction = { tenant, request, mfa: false, consented: false, expiresAt };
  transactions.set(ctx, transaction);
  return { ctx, transaction };
}

/** @throws AADSTS9002313 when it is unknown or too old */
export function transactionOf(world: World, ctx: string | null): Transaction {
  const transaction = world.state.transactions.get(ctx ?? "");
  if (!transaction || transaction.expiresAt < world.clock.now()) throw new EntraError(9002313);
  return transaction;
}

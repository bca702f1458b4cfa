// Changing the deny-list, the same from the command line and over HTTP: what is stored, and what the operator must know
// about tokens that were issued before.
import type { DenyAnswer, DenySubject, DenyView } from "@teams-token-exchange/rules/contract";
import type { DenyEntry, DenyList } from "./deny-list-types.ts";

/** An ACS token ends with the Entra token that it was made from; none of those lives longer. */
const maxTokenLifeMs = 24 * 60 * 60_000;

interface Denial {
  subject: DenySubject;
  forSeconds?: number | undefined;
  reason?: string | undefined;
}

/** An entry as it goes out. */
export const viewOf = ({ subject, addedAtMs, untilMs, reason }: DenyEntry): DenyView => ({
  subject,
  addedAt: new Date(addedAtMs).toISOString(),
  ...(untilMs !== undefined && { until: new Date(untilMs).toISOString() }),
  ...(reason !== undefined && { reason }),
});

/** Denies a subject from now on. @param nowMs the time, in milliseconds since 1970 */
export async function deny(
  list: DenyList,
  { subject, forSeconds, reason }: Denial,
  nowMs: number,
): Promise<DenyAnswer> {
  const untilMs = forSeconds === undefined ? undefined : nowMs + forSeconds * 1000;
  const entry: DenyEntry = { subject, addedAtMs: nowMs, untilMs, reason };
  await list.add(entry);
  // Asked after the entry took effect: no token can be issued between the two.
  const noted = await list.lastExpiryMs(subject);
  const latestMs = nowMs + maxTokenLifeMs;
  const endMs = Math.max(Math.min(noted ?? latestMs, latestMs), nowMs);
  return {
    entry: viewOf(entry),
    existingTokens: {
      mayLiveUntil: new Date(endMs).toISOString(),
      seconds: Math.ceil((endMs - nowMs) / 1000),
      known: noted !== undefined,
    },
  };
}

// Changing the deny-list, the same from the command line and over HTTP: what is stored, and what the operator must know
// about tokens that were issued before.
import { setTimeout as pause } from "node:timers/promises";
import type { DenyAnswer, DenySubject, DenyView } from "@teams-token-exchange/rules/contract";
import type { DenyEntry, DenyList, TokensOfSubject } from "./deny-list-types.ts";

/** No ACS token lives longer: one of a Teams user ends with its Entra token, one of an ACS user after a day. */
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

/** Denying waits so long for requests under way, and for the servers to revoke what ACS can revoke. */
const patience = { times: 30, pauseMs: 100 };

const nothingKnown: TokensOfSubject = { underWay: 0, latestMs: 0, revocable: [], completeSinceMs: undefined };

/** Denies a subject from now on. @param nowMs the time, in milliseconds since 1970 */
export async function deny(
  list: DenyList,
  { subject, forSeconds, reason }: Denial,
  nowMs: number,
): Promise<DenyAnswer> {
  const untilMs = forSeconds === undefined ? undefined : nowMs + forSeconds * 1000;
  const entry: DenyEntry = { subject, addedAtMs: nowMs, untilMs, reason };
  const before = await list.issued.of(subject);
  await list.add(entry);
  // From here on it is denied, so what cannot be read now is unknown and no failure. Asked after the entry took effect: a
  // request that does not see it has left a mark or a note.
  const look = () => list.issued.of(subject).catch(() => nothingKnown);
  let tokens = await look();
  for (let i = 0; i < patience.times && tokens.underWay + tokens.revocable.length > 0; i += 1) {
    await pause(patience.pauseMs);
    tokens = await look();
  }
  const notRevoked = tokens.revocable.length;
  return {
    entry: viewOf(entry),
    existingTokens: {
      ...endOf(tokens, nowMs),
      underWay: tokens.underWay,
      revoked: Math.max(before.revocable.length - notRevoked, 0),
      notRevoked,
    },
  };
}

/** When the last token ends: as noted, or at the latest possible time if there may be one that is not noted. */
function endOf(
  { underWay, latestMs, revocable, completeSinceMs = Number.POSITIVE_INFINITY }: TokensOfSubject,
  nowMs: number,
) {
  const longestMs = nowMs + maxTokenLifeMs;
  // What was issued before the notes were complete has ended by then.
  const unnotedMs = underWay > 0 ? longestMs : Math.min(completeSinceMs + maxTokenLifeMs, longestMs);
  const endMs = Math.max(nowMs, latestMs, unnotedMs, ...revocable.map(({ expiresOnMs }) => expiresOnMs));
  return {
    mayLiveUntil: new Date(endMs).toISOString(),
    seconds: Math.ceil((endMs - nowMs) / 1000),
    known: unnotedMs <= nowMs,
  };
}

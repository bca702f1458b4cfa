// What the command says about the deny-list, line by line.
import type { DenyAnswer, DenyView } from "@teams-token-exchange/rules/contract";
import { subjectKey } from "./deny-list.ts";

const lineOf = ({ subject, addedAt, until, reason }: DenyView) =>
  [subjectKey(subject), `since ${addedAt}`, until && `until ${until}`, reason].filter(Boolean).join("  ");

/** Every entry, and how many there are. */
export const listInWords = (entries: readonly DenyView[]): string[] => [
  ...entries.map(lineOf),
  entries.length === 0 ? "Nobody is denied." : `${entries.length} denied.`,
];

/** What was denied, and what that does not end. */
export function denialInWords({ entry, existingTokens }: DenyAnswer): string[] {
  const { mayLiveUntil, seconds, known } = existingTokens;
  const limit = known ? "" : ", the longest possible: none was noted";
  return [
    `Denied ${subjectKey(entry.subject)}${entry.until ? ` until ${entry.until}` : ""}, from the next exchange on.`,
    seconds === 0
      ? "The last ACS token that was issued has ended."
      : `An ACS token issued before cannot be revoked; it may live until ${mayLiveUntil} (${seconds} s${limit}).`,
  ];
}

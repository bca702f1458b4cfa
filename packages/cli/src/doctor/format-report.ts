// The report as lines of text.

import { acsRetirement, untilInWords } from "./checks/retired.ts";
import type { Report } from "./examine.ts";

/** @param isVerbose also lists the checks that passed, and what Microsoft will retire */
export function reportLines({ checked, findings, unchecked }: Report, isVerbose: boolean, nowMs: number): string[] {
  const remarks = findings.flatMap(({ id, what, why, remedy }, index) => [
    `${index + 1}. ${what}  [${id}]`,
    `   Why     ${why}`,
    `   Remedy  ${remedy}`,
    "",
  ]);
  const left = unchecked
    .filter(({ isOptional }) => !isOptional || isVerbose)
    .flatMap(({ check, reason, next }) => [`Not checked: ${check}. ${reason}`, `   Next    ${next}`]);
  const notices = isVerbose
    ? [
        `Checked: ${checked.join(", ")}.`,
        `Notice: ${acsRetirement.what} ${untilInWords(acsRetirement.lastDay, nowMs)}.`,
      ]
    : [];
  const summary =
    findings.length === 0
      ? `All ${checked.length} checks passed.`
      : `${checked.length} checks, ${findings.length} ${findings.length === 1 ? "finding" : "findings"}.`;
  return [...remarks, ...left, ...notices, summary];
}

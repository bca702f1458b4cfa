import { acsRetirement, untilInWords } from "./retirements.js";
/** @param isVerbose with what was checked, and what will be retired some day */
export function reportLines({ checked, findings, unchecked }, isVerbose, nowMs) {
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
    const summary = findings.length === 0
        ? `${checked.length} checks, no remark.`
        : `${checked.length} checks, ${findings.length} remark(s).`;
    return [...remarks, ...left, ...notices, summary];
}

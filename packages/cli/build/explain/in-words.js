function verdictLines(verdict) {
    if (verdict.taken)
        return [`  The server would take it. ${verdict.note}`];
    const { status, problem, title, field, when, remedy } = verdict;
    return [
        `  The server would refuse it: ${title} (${status}, /problems#${problem})`,
        `  Failing field   ${field}`,
        `  Why             ${when}`,
        `  What to do      ${remedy}`,
    ];
}
function tokenLines({ kindInWords, role, facts, verdict }) {
    return [
        `As the ${role}: ${kindInWords}`,
        ...facts.map(({ label, value }) => `  ${label.padEnd(16)}${value}`),
        ...verdictLines(verdict),
        "",
    ];
}
/** All lines; none holds a part of a token. */
export function explanationLines({ tokens, assumptions }) {
    return [...tokens.flatMap(tokenLines), ...assumptions.map((sentence) => `Note: ${sentence}`)];
}

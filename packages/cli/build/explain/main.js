#!/usr/bin/env node
// npm run explain: one or two tokens from standard input, explained. A token in an argument would stand in the history of
// the shell and in the list of processes, so arguments are refused. Nothing is stored and nothing is sent.
import { text } from "node:stream/consumers";
import { explainTokens, readTokens } from "@teams-token-exchange/rules/explain";
import { readEnvironment } from "../command/environment.js";
import { terminal } from "../command/io.js";
import { explanationLines } from "./in-words.js";
import { knownRules } from "./known-rules.js";
const usage = "Usage: npm run explain < tokens.txt, or npm run explain, paste one or two tokens, then Ctrl-D.";
async function main() {
    if (process.argv.length > 2) {
        // The arguments are not repeated: one of them may be a token.
        terminal.note("explain takes no arguments: a token there would stay in the shell's history. Give it on standard input.");
        terminal.note(usage);
        return 2;
    }
    if (process.stdin.isTTY)
        terminal.note("Paste one or two tokens, a line each, then press Ctrl-D. Nothing is stored or sent.");
    const input = readTokens(await text(process.stdin));
    if (!input.ok) {
        terminal.note(input.advice);
        terminal.note(usage);
        return 2;
    }
    const { env } = readEnvironment(process.env, ".env");
    const explanation = explainTokens(input.tokens, knownRules(env), Date.now() / 1000);
    for (const line of explanationLines(explanation))
        terminal.say(line);
    return explanation.tokens.every(({ verdict }) => verdict.taken) ? 0 : 1;
}
process.exitCode = await main();

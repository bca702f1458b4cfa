// How a command talks: lines to the person, questions, and the answer of its work. A test hands in another one.
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";

/** What a command needs of its terminal. */
export interface Io {
  /** A line of the result. */
  say(line: string): void;
  /** A line about progress or about a failure, separate from the result. */
  note(line: string): void;
  /** Asks yes or no. The answer is no if nobody can answer. */
  confirm(question: string): Promise<boolean>;
  /** Asks for a secret, which is not shown while it is typed. Returns nothing if nobody can answer. */
  askSecret(question: string): Promise<string>;
}

async function ask(question: string, isSecret: boolean): Promise<string> {
  if (!process.stdin.isTTY) return "";
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: isSecret ? silent : process.stderr, terminal: true });
  const answer = await lines.question("");
  lines.close();
  if (isSecret) process.stderr.write("\n");
  return answer.trim();
}

/** The terminal of this process. */
export const terminal: Io = {
  say: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  confirm: async (question) => /^y(es)?$/i.test(await ask(`${question} [y/N] `, false)),
  askSecret: (question) => ask(`${question} `, true),
};

// An error as it may be logged: its kind, its code, where it happened, and the first line of its message, redacted, because it
// may quote its input. Only the messages of our own LoggableError are kept whole.
import { LoggableError } from "../problems/loggable-error.ts";

/** No value in the log is longer. */
export const maxLogLength = 200;
/** No sentence of ours in the log is longer. */
export const maxMessageLength = 500;

export interface LoggedError {
  [member: string]: unknown;
  type: string;
  /** The error's code, and the first line of its message, redacted. */
  message: string;
  /** The frames of its stack, without the lines that quote the message. */
  stack: string;
  cause?: LoggedError;
}

/** How deep a chain of causes is followed; it may be a ring. */
const maxCauses = 5;

const isWord = (word: string) => /^[A-Z]?[a-z]{0,19}$/.test(word);
/** As libraries write codes: ECONNREFUSED, FATAL, AADSTS90002. */
const isCode = (word: string) => /^(AADSTS\d{4,8}|[A-Z][A-Z_]{1,40})$/.test(word);

/**
 * The first line, with only words of plain language, codes and small numbers. Quoted text, addresses, names with digits, and
 * everything that could be a part of a token become "…".
 */
export function redact(message: string): string {
  const [line = ""] = message.slice(0, 1_000).split(/[\r\n]/);
  const words = line
    .replaceAll(/"[^"]*("|$)|'[^']*('|$)|`[^`]*(`|$)/g, "…")
    .split(/\s+/)
    .map((text) => {
      const [, before = "", word = "", after = ""] = /^([([]?)(.*?)([.,:;)\]]*)$/.exec(text) ?? [];
      // Names of settings have underscores, as in statement_timeout. Two words at most are joined in another way.
      const parts = word.split(/[-/]/);
      const isPlain = parts.length <= 2 && parts.every((part) => part.split("_").every(isWord));
      const isKept = isPlain || isCode(word) || /^\d{1,5}$/.test(word);
      return isKept ? before + word + after : "…";
    });
  const text = words.join(" ").replaceAll(/…( …)+/g, "…");
  return /[a-z]{2}/i.test(text) ? text.slice(0, maxLogLength) : "";
}

/** An error of the language itself, which no library threw on purpose: it may quote any input, also as plain words. */
const isDefect = ({ name }: Error) => /^(Type|Syntax|Range|Reference|URI|Eval)Error$/.test(String(name));

/** The code and the message, each once. */
function textOf(error: Error): string {
  if (error instanceof LoggableError) return error.message.slice(0, maxMessageLength);
  const { code } = error as { code?: unknown };
  const shown = typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "";
  const words = shown === "" && isDefect(error) ? "" : redact(String(error.message));
  return [shown, words].filter((text, index) => text !== "" && !(index === 0 && words.includes(text))).join(": ");
}

export function describeError(error: Error, depth = 0): LoggedError {
  const { name, stack, cause } = error as { name: unknown; stack?: unknown; cause?: unknown };
  // A message of several lines can hold one that looks like a frame: only what follows the message is the stack.
  const frames = typeof stack === "string" ? stack.replace(error.message, "").split("\n") : [];
  return {
    type: typeof name === "string" && /^\w{1,64}$/.test(name) ? name : "Error",
    message: textOf(error),
    stack: frames
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.slice(0, maxLogLength))
      .join("\n"),
    ...(cause instanceof Error && depth < maxCauses && { cause: describeError(cause, depth + 1) }),
  };
}

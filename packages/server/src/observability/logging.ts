// What may be logged, as an allow-list: a member that is not on the list is dropped, also if a library logs it. A request is its
// method and the route's pattern, never its address or headers; an error is its kind, where it happened and its first line,
// redacted, because it may quote its input. Where lines go is in standard-output.ts.
import type { FastifyBaseLogger, FastifyServerOptions } from "fastify";
import type { Config } from "../settings/read-settings.ts";
import { describeError, type LoggedError, maxLogLength, maxMessageLength } from "./describe-error.ts";
import { plainMembers } from "./loggable-members.ts";

/** The members that may be logged. Errors are accepted only as `err`, other objects and lists never. */
export function allowed(members: Record<string, unknown>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const name of Object.keys(members)) {
    const value = members[name];
    if (name === "err") result[name] = value instanceof Error ? describeError(value) : { type: "NotAnError" };
    else if (!plainMembers.has(name)) continue;
    else if (typeof value === "string") result[name] = value.slice(0, maxLogLength);
    else if (typeof value === "number" || typeof value === "boolean") result[name] = value;
  }
  return result;
}

/**
 * A message is one of our own sentences. Libraries like to log an error's message instead, and pino itself takes it where
 * nothing else is given: such a line keeps the error's description and loses the text.
 */
function messageOf(members: unknown, text: unknown): string {
  const error = members instanceof Error ? members : (members as { err?: unknown } | undefined)?.err;
  const message = typeof members === "string" ? members : text;
  if (typeof message !== "string") return error === undefined ? "" : "error";
  if (error instanceof Error && error.message !== "" && message.includes(error.message)) return "error";
  return message.slice(0, maxMessageLength);
}

/** Logger options for the Fastify constructor, without the destination. */
export function loggerOptions(level: Config["logLevel"]) {
  return {
    level,
    base: null,
    formatters: { log: allowed },
    // The formatters have described it already; pino's own serializers would go by the members of the original.
    serializers: { err: (described: unknown) => described as LoggedError, req: () => ({}), res: () => ({}) },
    hooks: {
      logMethod(args, method) {
        const [members, text] = args as unknown[];
        const isObject = typeof members === "object" && members !== null;
        const err = members instanceof Error ? { err: members } : undefined;
        // Further arguments would be formatted into the message.
        method.call(this, err ?? (isObject ? members : {}), messageOf(members, text));
      },
    },
  } satisfies Exclude<FastifyServerOptions["logger"], boolean | undefined>;
}

/**
 * Holds the members of child loggers to the list as well; pino itself lets those through as they are. Children take no
 * options: serializers or formatters of their own would be a way around the list.
 */
export function limitChildren(log: FastifyBaseLogger): void {
  const { child } = log;
  log.child = function limitedChild(this: FastifyBaseLogger, bindings) {
    return child.call(this, allowed(bindings));
  };
}

/** A destination for log lines. */
export interface LogDestination {
  /** Takes one line, its line break included; never throws. */
  write(line: string): void;
}

export const droppedLine = (dropped: number, time: number) =>
  `${JSON.stringify({ level: 40, time, dropped, msg: "log lines were dropped: standard output was full or not read" })}\n`;

/** Files, and devices such as /dev/full: a write succeeds or fails immediately, and the next one may succeed. */
export function fileDestination(writeNow: (line: string) => void): LogDestination {
  let dropped = 0;
  return {
    write(line) {
      try {
        if (dropped > 0) writeNow(droppedLine(dropped, Date.now()));
        dropped = 0;
        writeNow(line);
      } catch {
        dropped += 1;
      }
    },
  };
}

// What may be logged, as an allow-list: a member that is not listed here is dropped, whoever logs it. A request is its
// method and the route's pattern, never its address or headers; an error is its kind and where it happened, never its
// message, which may quote its input. Where lines go to is in standard-output.ts.
import type { FastifyBaseLogger, FastifyServerOptions } from "fastify";
import type { Config } from "../settings/read-settings.ts";
import { describeError, type LoggedError, maxLogLength } from "./describe-error.ts";

/** Members with a plain value: words of closed unions, ids, codes, numbers. Nothing that a caller can choose freely. */
const plainMembers: ReadonlySet<string> = new Set([
  // The request.
  ...["reqId", "requestId", "traceId", "method", "route", "status", "ms", "aborted"],
  // The decision: who, and why. Ids only, never a name or an address.
  ...["decision", "objectId", "tenantId", "clientId", "problem", "reason", "teamsTokenForm"],
  // What Azure Communication Services said.
  ...["acsCode", "acsStatus", "msCv", "retryAfterSeconds"],
  // What Microsoft Entra ID said.
  ...["entraCode", "correlationId"],
  // The quota guard and the deny-list.
  ...["why", "instances", "denied", "removed"],
  // The process.
  ...["signal", "dropped"],
]);

/** What of these members may be logged. Errors are taken under `err` alone; other objects and lists are never taken. */
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
  return message.slice(0, maxLogLength);
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

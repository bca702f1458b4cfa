// Turns the server's log, one JSON object a line, into text that people can read: one line for each request.

/** The members of a log event that are shown. */
export interface LogEvent {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly reqId?: string;
  readonly route?: string;
  readonly err?: { readonly type: string; readonly message: string };
  readonly [member: string]: unknown;
}

const levels: Readonly<Record<number, string>> = { 40: "warn", 50: "error", 60: "fatal" };

/** The members of an event that are shown after its message, in this order. */
const shownMembers = ["problem", "reason", "failures", "acsCode", "acsStatus", "msCv", "denied", "why", "signal"];

const timeOf = (time: number) => new Date(time).toTimeString().slice(0, 8);

function requestLine({ method, route, status, ms, problem, reason, reqId }: LogEvent): string {
  const why = [problem, reason && `(${String(reason)})`].filter(Boolean).join(" ");
  return [String(method).padEnd(4), route, status ?? "given up", `${String(ms)} ms`, why, reqId]
    .filter(Boolean)
    .join("  ");
}

/** The event as text; undefined for an event that repeats what the line of its request says. */
function eventLine(event: LogEvent): string | undefined {
  if (event.msg === "request") return requestLine(event);
  if (event.msg === "decision") return undefined;
  const members = shownMembers
    .filter((name) => event[name] !== undefined)
    .map((name) => `${name}=${String(event[name])}`);
  const error = event.err && `${event.err.type} ${event.err.message}`.trim();
  return [levels[event.level], event.msg, ...members, error, event.reqId].filter(Boolean).join("  ");
}

function parse(line: string): LogEvent | undefined {
  try {
    const event = JSON.parse(line) as LogEvent | null;
    return typeof event?.level === "number" ? event : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A line of the log as text. A line that is not an event of the log stays as it is.
 *
 * @param isWanted leaves an event out by returning false
 * @returns undefined if nothing is to be printed
 */
export function readableLine(line: string, isWanted: (event: LogEvent) => boolean = () => true): string | undefined {
  const event = parse(line);
  if (!event) return line;
  const text = isWanted(event) ? eventLine(event) : undefined;
  return text === undefined ? undefined : `${timeOf(event.time)}  ${text}`;
}

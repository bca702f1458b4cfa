// Turns the JSON log of the server into one readable line per request. npm start uses it. It also works as a filter:
// npm run serve | node scripts/readable-log.mjs
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const levels = { 40: "warn", 50: "error", 60: "fatal" };

/** The fields of an event to show after its message, in this order. */
const told = ["problem", "reason", "acsCode", "acsStatus", "msCv", "denied", "why", "signal"];

const timeOf = (time) => new Date(time).toTimeString().slice(0, 8);

function requestLine({ method, route, status, ms, problem, reason, reqId }) {
  const why = [problem, reason && `(${reason})`].filter(Boolean).join(" ");
  return [method.padEnd(4), route, status ?? "given up", `${ms} ms`, why, reqId].filter(Boolean).join("  ");
}

/** The text of an event, or undefined if the line of the request says the same. */
function eventLine(event) {
  if (event.msg === "request") return requestLine(event);
  if (event.msg === "decision") return undefined;
  const members = told.filter((name) => event[name] !== undefined).map((name) => `${name}=${event[name]}`);
  const error = event.err && `${event.err.type} ${event.err.message}`.trim();
  return [levels[event.level], event.msg, ...members, error, event.reqId].filter(Boolean).join("  ");
}

function parse(line) {
  try {
    const event = JSON.parse(line);
    return typeof event?.level === "number" ? event : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Prints each log line of a stream as soon as it arrives. Text that is not a log line stays unchanged.
 *
 * @param isWanted returns false for an event that should not be printed
 */
export function printReadable(input, isWanted = () => true) {
  createInterface({ input }).on("line", (line) => {
    const event = parse(line);
    const text = event && isWanted(event) ? eventLine(event) : undefined;
    if (!event) process.stdout.write(`${line}\n`);
    else if (text !== undefined) process.stdout.write(`${timeOf(event.time)}  ${text}\n`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printReadable(process.stdin);

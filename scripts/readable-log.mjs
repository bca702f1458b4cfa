// The server's log, JSON, as one line a request for a person. Used by npm start; as a program it filters its input:
// npm run serve | node scripts/readable-log.mjs
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const levels = { 40: "warn", 50: "error", 60: "fatal" };

/** The members of an event that a person wants to see behind its message, in this order. */
const told = ["problem", "reason", "acsCode", "acsStatus", "msCv", "denied", "why", "signal"];

const timeOf = (time) => new Date(time).toTimeString().slice(0, 8);

function requestLine({ method, route, status, ms, problem, reason, reqId }) {
  const why = [problem, reason && `(${reason})`].filter(Boolean).join(" ");
  return [method.padEnd(4), route, status ?? "given up", `${ms} ms`, why, reqId].filter(Boolean).join("  ");
}

/** An event in words; undefined for what the line of the request says as well. */
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
 * Prints a stream of log lines, each as soon as it is there. Text that is no log line stays as it is.
 *
 * @param isWanted leaves out an event for which it says no
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

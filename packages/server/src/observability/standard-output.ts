// Where log lines go: standard output, which may be full, closed, or a pipe that nobody reads. None of these may end the
// process or hold it up, so lines that cannot be written are dropped, and counted.
import { fstatSync, writeSync } from "node:fs";
import type { Writable } from "node:stream";
import { droppedLine, fileDestination, type LogDestination } from "./logging.ts";

/** Lines wait in memory for a slow reader up to this many bytes. */
const maxWaitingBytes = 1024 * 1024;

/**
 * Pipes, sockets and terminals: Node queues what the reader does not take, without a limit. Lines of one
 * turn of the event loop go out in one write, because a write for each costs more than making the line.
 */
export function streamDestination(stream: Writable): LogDestination {
  let dropped = 0;
  let lines = "";
  const flush = () => {
    const text = lines;
    lines = "";
    if (!stream.destroyed) stream.write(text);
  };
  return {
    write(line) {
      if (stream.destroyed || stream.writableLength + lines.length > maxWaitingBytes) {
        dropped += 1;
        return;
      }
      if (lines === "") setImmediate(flush);
      if (dropped > 0) lines += droppedLine(dropped, Date.now());
      dropped = 0;
      lines += line;
    },
  };
}

/** The standard output of this process as a destination that never throws, blocks or grows without end. */
export function standardOutput(): LogDestination {
  // A reader that has gone away is an error event on every write; without a listener it would end the process.
  process.stdout.on("error", () => {});
  const status = fstatSync(1);
  const isStream = status.isFIFO() || status.isSocket() || process.stdout.isTTY;
  return isStream ? streamDestination(process.stdout) : fileDestination(writeSync.bind(undefined, 1));
}

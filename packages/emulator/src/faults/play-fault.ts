// Applies a fault on the socket. It writes HTTP by hand, because Node's HTTP server cannot send broken responses.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Fault } from "./fault.ts";
import { byteByByte, bytesOfPieces } from "./fault-bytes.ts";

/** An answer as bytes. */
export interface WireAnswer {
  status: number;
  /** A list for a header that occurs more than once. */
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** Faults that write to the socket themselves; for the others, the HTTP server sends the answer. */
export type WireFault = Exclude<Fault, { kind: "status" | "delay" | "hold" | "pace" | "tls" }>;

const DEFAULT_MILLISECONDS_PER_BYTE = 1_000;

const leftToTheServer: readonly Fault["kind"][] = ["status", "delay", "hold", "pace", "tls"];

/** Whether the fault writes to the socket itself. */
export const isWireFault = (fault: Fault): fault is WireFault => !leftToTheServer.includes(fault.kind);

/** The connection that a fault writes to. */
export interface Wire {
  /** Detached from the HTTP server. */
  socket: Socket;
  /** Resets the connection. For TLS this resets the TCP socket below. */
  reset(): void;
  /** Called with the number of bytes that were just passed to the socket. */
  sent(bytes: number): void;
}

/** The answer as bytes: head with its blank line, and body. */
function serialize(answer: WireAnswer, framing: "contentLength" | "chunked", close: boolean) {
  const lines = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`];
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) lines.push(`${name}: ${one}`);
  }
  lines.push(framing === "chunked" ? "transfer-encoding: chunked" : `content-length: ${answer.body.byteLength}`);
  lines.push(`connection: ${close ? "close" : "keep-alive"}`, "", "");
  return { head: Buffer.from(lines.join("\r\n"), "latin1"), body: answer.body };
}

const half = (body: Buffer): Buffer => body.subarray(0, Math.max(1, Math.floor(body.byteLength / 2)));

/** What happens after the last byte. */
type Ending = "close" | "reset" | "open";

function endWith({ socket, reset }: Wire, ending: Ending): void {
  if (ending === "close") socket.end();
  // A reset discards unsent data, so it waits until everything is sent.
  if (ending === "reset") socket.write("", reset);
}

/**
 * Sends no faster than the client reads. It is not an error if the client disconnects.
 * @returns whether everything was sent
 */
async function send(wire: Wire, chunks: Iterable<Buffer> | AsyncIterable<Buffer>, ending: Ending): Promise<boolean> {
  async function* counted() {
    for await (const chunk of chunks) {
      wire.sent(chunk.byteLength);
      yield chunk;
    }
  }
  try {
    await pipeline(counted, wire.socket, { end: false });
  } catch {
    return false;
  }
  endWith(wire, ending);
  return true;
}

function truncated(answer: WireAnswer, framing: "contentLength" | "chunked"): Buffer[] {
  const { head, body } = serialize(answer, framing, true);
  const part = half(body);
  const size = Buffer.from(`${part.byteLength.toString(16)}\r\n`);
  return framing === "chunked" ? [head, size, part, Buffer.from("\r\n")] : [head, part];
}

async function* drip(answer: WireAnswer, { part, millisecondsPerByte }: WireFault & { kind: "slowDrip" }) {
  const { head, body } = serialize(answer, "contentLength", true);
  if (part === "body") yield head;
  const slow = part === "body" ? [body] : [head, body];
  yield* byteByByte(slow, millisecondsPerByte ?? DEFAULT_MILLISECONDS_PER_BYTE);
}

/**
 * Applies `fault` instead of, or to, the usual answer. A hanging connection stays open until the client disconnects or
 * the emulator closes.
 * @returns whether the answer is complete: false if the client waits forever or has disconnected
 */
export async function performFault(wire: Wire, fault: WireFault, answer: WireAnswer): Promise<boolean> {
  // A client may reset the connection when it gives up; that is expected.
  wire.socket.on("error", () => undefined);
  const { head, body } = serialize(answer, "contentLength", false);
  switch (fault.kind) {
    case "hang":
      return false;
    case "hangAfterHeaders":
      await send(wire, [head], "open");
      return false;
    case "slowDrip":
      return send(wire, drip(answer, fault), "close");
    case "reset":
      return send(wire, fault.when === "midBody" ? [head, half(body)] : [], "reset");
    case "truncatedBody":
      return send(wire, truncated(answer, fault.framing ?? "contentLength"), "close");
    case "closeAfterAnswer":
      return send(wire, [head, body], "close");
    case "raw":
      return send(wire, bytesOfPieces(fault.bytes, fault.millisecondsPerByte), fault.ending ?? "close");
  }
}

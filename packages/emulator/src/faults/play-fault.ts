// Plays a fault on the socket. It writes HTTP by hand, because a well-behaved server library refuses to misbehave.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { pipeline } from "node:stream/promises";
import type { Fault } from "./fault.ts";
import { byteByByte, bytesOfPieces } from "./fault-bytes.ts";

/** An answer as bytes. */
export interface WireAnswer {
  status: number;
  /** A list for a header that repeats. */
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** Faults that take the answer's place on the wire; the others leave it to the HTTP server. */
export type WireFault = Exclude<Fault, { kind: "status" | "delay" | "hold" | "pace" | "tls" }>;

const DEFAULT_MILLISECONDS_PER_BYTE = 1_000;

const leftToTheServer: readonly Fault["kind"][] = ["status", "delay", "hold", "pace", "tls"];

/** Whether it is one of those. */
export const isWireFault = (fault: Fault): fault is WireFault => !leftToTheServer.includes(fault.kind);

/** Where a fault is played. */
export interface Wire {
  /** Taken away from the HTTP server. */
  socket: Socket;
  /** Ends the connection by a reset, which for TLS is the business of the socket below. */
  reset(): void;
  /** Hears of bytes as they are handed to the connection. */
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

/** What comes after the last byte. */
type Ending = "close" | "reset" | "open";

function endWith({ socket, reset }: Wire, ending: Ending): void {
  if (ending === "close") socket.end();
  // A reset throws away what is still on its way, so it waits for that to leave.
  if (ending === "reset") socket.write("", reset);
}

/**
 * Sends no faster than the client reads. A client that leaves is expected here and no error of ours.
 * @returns whether the connection took it all
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
 * Plays `fault` in place of (or with) the answer that would have been sent. A hanging connection stays open until the
 * client leaves or the emulator closes.
 * @returns whether the emulator has done all it will: false where the client waits in vain or has left
 */
export async function performFault(wire: Wire, fault: WireFault, answer: WireAnswer): Promise<boolean> {
  // A client that gives up on a misbehaving server resets the connection: expected here, too.
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

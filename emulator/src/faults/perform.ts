// Plays a fault on the socket. It writes HTTP by hand, because a well-behaved server library refuses to misbehave.
import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { WireAnswer } from "../http/operation.ts";
import { bytesOf, type Fault } from "./fault.ts";

type WireFault = Exclude<Fault, { kind: "delay" } | { kind: "status" }>;

const DEFAULT_MILLISECONDS_PER_BYTE = 1_000;

/** The answer as bytes: head with its blank line, and body. `framing` none leaves the length to the connection's end. */
function onTheWire(answer: WireAnswer, framing: "contentLength" | "chunked", close: boolean) {
  const lines = [`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ""}`];
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of Array.isArray(value) ? value : [value]) lines.push(`${name}: ${one}`);
  }
  lines.push(framing === "chunked" ? "transfer-encoding: chunked" : `content-length: ${answer.body.byteLength}`);
  lines.push(`connection: ${close ? "close" : "keep-alive"}`, "", "");
  return { head: Buffer.from(lines.join("\r\n"), "latin1"), body: answer.body };
}

async function drip(socket: Socket, bytes: Buffer, millisecondsPerByte: number): Promise<void> {
  for (const byte of bytes) {
    if (socket.destroyed) return;
    socket.write(Buffer.of(byte));
    await wait(millisecondsPerByte, undefined, { ref: false });
  }
}

function half(body: Buffer): Buffer {
  return body.subarray(0, Math.max(1, Math.floor(body.byteLength / 2)));
}

function truncate(socket: Socket, answer: WireAnswer, framing: "contentLength" | "chunked"): void {
  const { head, body } = onTheWire(answer, framing, true);
  const part = half(body);
  const size = Buffer.from(`${part.byteLength.toString(16)}\r\n`);
  socket.end(
    framing === "chunked" ? Buffer.concat([head, size, part, Buffer.from("\r\n")]) : Buffer.concat([head, part]),
  );
}

function reset(socket: Socket, answer: WireAnswer, when: "beforeHeaders" | "midBody"): void {
  if (when === "beforeHeaders") {
    socket.resetAndDestroy();
    return;
  }
  const { head, body } = onTheWire(answer, "contentLength", true);
  socket.write(Buffer.concat([head, half(body)]), () => socket.resetAndDestroy());
}

/**
 * Plays `fault` in place of (or with) the answer that would have been sent. The caller has taken the socket away
 * from the HTTP server; a hanging one stays open until the client leaves or the emulator closes.
 */
export async function performFault(socket: Socket, fault: WireFault, answer: WireAnswer): Promise<void> {
  // A client that gives up on a misbehaving server resets the connection: expected here, not an error of ours.
  socket.on("error", () => undefined);
  switch (fault.kind) {
    case "hang":
      return;
    case "hangAfterHeaders":
      socket.write(onTheWire(answer, "contentLength", false).head);
      return;
    case "slowDrip": {
      const { head, body } = onTheWire(answer, "contentLength", true);
      const pace = fault.millisecondsPerByte ?? DEFAULT_MILLISECONDS_PER_BYTE;
      if (fault.part === "headers") await drip(socket, head, pace);
      else socket.write(head);
      await drip(socket, body, pace);
      socket.end();
      return;
    }
    case "reset":
      reset(socket, answer, fault.when);
      return;
    case "truncatedBody":
      truncate(socket, answer, fault.framing ?? "contentLength");
      return;
    case "closeAfterAnswer": {
      const { head, body } = onTheWire(answer, "contentLength", false);
      socket.end(Buffer.concat([head, body]));
      return;
    }
    case "raw":
      socket.end(bytesOf(fault.bytes));
      return;
  }
}

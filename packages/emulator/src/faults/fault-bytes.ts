// The bytes that a fault sends. Repeated text is generated while it is sent, so that 100 MB never sit in memory.
import { setTimeout as wait } from "node:timers/promises";
import type { FaultBody, RawPiece } from "./fault.ts";

const CHUNK_BYTES = 65_536;

const isRepeated = (body: FaultBody): body is { text: string; repeat: number } =>
  typeof body === "object" && "repeat" in body;

function onceOnly(body: Exclude<FaultBody, { repeat: number }>): Buffer {
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return "json" in body ? Buffer.from(JSON.stringify(body.json)) : Buffer.from(body.base64, "base64");
}

/** Repeated text comes in chunks of about 64 KiB. */
function* chunksOf(body: FaultBody): Generator<Buffer> {
  if (!isRepeated(body)) {
    yield onceOnly(body);
    return;
  }
  const once = Buffer.from(body.text);
  const perChunk = Math.max(1, Math.min(body.repeat, Math.floor(CHUNK_BYTES / once.byteLength)));
  const chunk = Buffer.concat(Array.from({ length: perChunk }, () => once));
  for (let left = body.repeat; left > 0; left -= perChunk) {
    yield left >= perChunk ? chunk : chunk.subarray(0, left * once.byteLength);
  }
}

/** The whole body in one buffer. */
export const bytesOf = (body: FaultBody | undefined): Buffer =>
  body === undefined ? Buffer.alloc(0) : Buffer.concat([...chunksOf(body)]);

/** Byte by byte, with a pause after each. */
export async function* byteByByte(chunks: Iterable<Buffer>, millisecondsPerByte: number): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    for (const byte of chunk) {
      yield Buffer.of(byte);
      await wait(millisecondsPerByte, undefined, { ref: false });
    }
  }
}

/** The pieces in order, with the pauses between them. */
export async function* bytesOfPieces(
  pieces: FaultBody | readonly RawPiece[],
  millisecondsPerByte?: number,
): AsyncGenerator<Buffer> {
  for (const piece of Array.isArray(pieces) ? (pieces as readonly RawPiece[]) : [pieces as FaultBody]) {
    if (typeof piece === "object" && "pauseMilliseconds" in piece) {
      await wait(piece.pauseMilliseconds, undefined, { ref: false });
    } else if (millisecondsPerByte === undefined) yield* chunksOf(piece);
    else yield* byteByByte(chunksOf(piece), millisecondsPerByte);
  }
}

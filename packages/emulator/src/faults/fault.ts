// The faults that a test can add: what goes wrong, for which operation, and how often. `fault-kinds.ts` describes each
// kind, `play-fault.ts` sends them, and `http/https-port.ts` applies those of the HTTPS port.

/**
 * The bytes of a body: text, JSON, base64, or a buffer (in-process API only). `repeat` repeats the text that many
 * times.
 */
export type FaultBody = string | Uint8Array | { json: unknown } | { base64: string } | { text: string; repeat: number };

/** Bytes, or a pause between them. */
export type RawPiece = FaultBody | { pauseMilliseconds: number };

/** What can go wrong on the HTTPS port before a request. Each bad certificate has exactly one fault. */
export type TlsProblem =
  | "expired"
  | "notYetValid"
  | "wrongHost"
  | "selfSigned"
  | "unknownAuthority"
  /** Only TLS 1.1 and older, with the good certificate. */
  | "oldVersion"
  /** Plain HTTP instead of a TLS handshake. */
  | "plainHttp"
  /** Accepts the connection and never sends anything. */
  | "hang"
  /** Closes the connection in the middle of the handshake. */
  | "close";

/** What goes wrong. Times are real milliseconds, not those of the emulator's clock. */
export type Fault =
  /** Send this instead of the usual answer; the body is empty by default. Use status 200 to replace only the body. */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: FaultBody }
  /** Send the usual answer later. */
  | { kind: "delay"; milliseconds: number }
  /** Send the usual answer once the fault is cleared. */
  | { kind: "hold" }
  /** Answer at most this many requests per second; the others wait in a queue. Clearing the fault releases them. */
  | { kind: "pace"; perSecond: number }
  /** Accept the request and never send a byte. */
  | { kind: "hang" }
  /** Send the headers of the usual answer and then nothing. */
  | { kind: "hangAfterHeaders" }
  /** Send the usual answer byte by byte: all of it (`headers`) or only the body. */
  | { kind: "slowDrip"; part: "headers" | "body"; millisecondsPerByte?: number }
  /** Reset the connection before the headers or in the middle of the usual body. */
  | { kind: "reset"; when: "beforeHeaders" | "midBody" }
  /** Close the connection in the middle of the usual body. */
  | { kind: "truncatedBody"; framing?: "contentLength" | "chunked" }
  /** Send the usual answer and close the kept-alive connection. */
  | { kind: "closeAfterAnswer" }
  /** Send exactly these bytes, headers included; then close the connection, reset it, or leave it open and silent. */
  | { kind: "raw"; bytes: FaultBody | RawPiece[]; millisecondsPerByte?: number; ending?: "close" | "reset" | "open" }
  /** Only for the operation `tls`: what happens to new connections to the HTTPS port. */
  | { kind: "tls"; problem: TlsProblem };

/**
 * A fault for one operation, for all (`*`) or for new HTTPS connections (`tls`). It applies to the next `times`
 * requests or connections; by default until it is cleared.
 */
export interface FaultRule {
  operation: string;
  fault: Fault;
  times?: number;
}

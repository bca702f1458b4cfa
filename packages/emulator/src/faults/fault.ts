// Faults that a caller must survive: what can go wrong, for which operation, and how often. fault-kinds.ts says what each
// kind takes; playing one on the wire is perform.ts's work, on the https port tls/door.ts's.

/** Bytes of an answer: text, JSON, or raw bytes as base64 or in process as a buffer; `repeat` makes it large. */
export type FaultBody = string | Uint8Array | { json: unknown } | { base64: string } | { text: string; repeat: number };

/** Bytes, or a pause between them. */
export type RawPiece = FaultBody | { pauseMilliseconds: number };

/** What can be wrong with the https port before any request. Every certificate is bad for its own reason alone. */
export type TlsProblem =
  | "expired"
  | "notYetValid"
  | "wrongHost"
  | "selfSigned"
  | "unknownAuthority"
  /** TLS 1.1 and older alone, with the good certificate. */
  | "oldVersion"
  /** Plain http where a handshake is expected. */
  | "plainHttp"
  /** Takes the connection and never says anything. */
  | "hang"
  /** Ends the connection in the middle of the handshake. */
  | "close";

/** What goes wrong. Delays are real milliseconds. */
export type Fault =
  /** Answer this instead; without a body, an empty one. Also the way to override a body: status 200. */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: FaultBody }
  /** Answer as usual, later. */
  | { kind: "delay"; milliseconds: number }
  /** Answer as usual once the fault is cleared. */
  | { kind: "hold" }
  /** Answer as usual, at most so many requests a second; the others queue up, until the fault is cleared at the latest. */
  | { kind: "pace"; perSecond: number }
  /** Take the request and never send a byte. */
  | { kind: "hang" }
  /** Send the usual answer's headers and then nothing. */
  | { kind: "hangAfterHeaders" }
  /** Send the usual answer byte by byte, from the headers on or only the body. */
  | { kind: "slowDrip"; part: "headers" | "body"; millisecondsPerByte?: number }
  /** Reset the connection before the headers or in the middle of the usual body. */
  | { kind: "reset"; when: "beforeHeaders" | "midBody" }
  /** End the connection in the middle of the usual body, which was announced by length or in chunks. */
  | { kind: "truncatedBody"; framing?: "contentLength" | "chunked" }
  /** Answer as usual and close the connection although it was kept alive. */
  | { kind: "closeAfterAnswer" }
  /** Send exactly these bytes, headers included; then close the connection, reset it, or leave it open and silent. */
  | { kind: "raw"; bytes: FaultBody | RawPiece[]; millisecondsPerByte?: number; ending?: "close" | "reset" | "open" }
  /** For the operation `tls` alone: what new connections to the https port meet. */
  | { kind: "tls"; problem: TlsProblem };

/**
 * A fault, for an operation (`*` for all, `tls` for the https port), for so many requests (connections of `tls`), until
 * cleared by default.
 */
export interface FaultRule {
  operation: string;
  fault: Fault;
  times?: number;
}

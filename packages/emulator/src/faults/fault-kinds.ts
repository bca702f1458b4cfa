// Every kind of fault, with the fields it takes and what it does: for the checks, the control page and SUPPORT.md.
import type { Fault, TlsProblem } from "./fault.ts";
import { body, type Field, headers, milliseconds, oneOf, optional, pieces, rate, status } from "./fault-fields.ts";

/** The operation whose faults meet new connections to the https port, instead of requests. */
export const TLS = "tls";

/** One kind. */
export interface FaultKind {
  fields: Record<string, Field>;
  does: string;
}

/** The problems of the https port, and what a client meets. */
export const tlsProblems: Record<TlsProblem, string> = {
  expired: "a certificate that ran out yesterday",
  notYetValid: "a certificate that counts from tomorrow on",
  wrongHost: "a certificate for `other.localhost`",
  selfSigned: "a certificate that vouches for itself",
  unknownAuthority: "a certificate of a CA that nobody knows",
  oldVersion: "the good certificate, by TLS 1.1 and older alone",
  plainHttp: "plain http where a handshake is expected",
  hang: "silence instead of a handshake",
  close: "the end of the connection in the middle of the handshake",
};

/** By name. */
export const faultKinds: Record<Fault["kind"], FaultKind> = {
  status: {
    fields: { status, headers: optional(headers), body: optional(body) },
    does: "Answers this instead; without a body, an empty one. Status 200 overrides a body.",
  },
  delay: { fields: { milliseconds }, does: "Answers as usual, later." },
  hold: { fields: {}, does: "Answers as usual once the fault is cleared." },
  pace: {
    fields: { perSecond: rate },
    does: "Answers as usual, at most so many requests a second; the others queue up. Clearing lets them go on.",
  },
  hang: { fields: {}, does: "Takes the request and never sends a byte, also after it is cleared." },
  hangAfterHeaders: { fields: {}, does: "Sends the usual answer's headers and then nothing." },
  slowDrip: {
    fields: { part: oneOf("headers", "body"), millisecondsPerByte: optional(milliseconds) },
    does: "Sends the usual answer byte by byte (one a second by default), from the headers on or the body alone.",
  },
  reset: {
    fields: { when: oneOf("beforeHeaders", "midBody") },
    does: "Resets the connection before the headers or in the middle of the usual body.",
  },
  truncatedBody: {
    fields: { framing: optional(oneOf("contentLength", "chunked")) },
    does: "Ends the connection in the middle of the usual body, announced by its length (by default) or in chunks.",
  },
  closeAfterAnswer: { fields: {}, does: "Answers as usual and closes the connection, although it was kept alive." },
  raw: {
    fields: {
      bytes: pieces,
      millisecondsPerByte: optional(milliseconds),
      ending: optional(oneOf("close", "reset", "open")),
    },
    does: "Sends exactly these bytes, headers included; then closes the connection (by default), resets it, or leaves it open and silent.",
  },
  tls: {
    fields: { problem: oneOf(...Object.keys(tlsProblems)) },
    does: "For the operation `tls` alone: what new connections to the https port meet. See below.",
  },
};

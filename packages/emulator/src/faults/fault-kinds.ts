// Every kind of fault, the fields it takes and what it does: for the checks, the control page and SUPPORT.md.
import { validateHeaderName, validateHeaderValue } from "node:http";
import type { Fault, FaultBody, RawPiece, TlsProblem } from "./fault.ts";

/** One field. */
export interface Field {
  /** Completes a sentence that starts with "must be", e.g. `a whole number of 1 or more`. */
  must: string;
  optional: boolean;
  holds(value: unknown): boolean;
}

/** The same field, but optional. */
export const optional = (field: Field): Field => ({ ...field, optional: true });

const field = (must: string, holds: Field["holds"]): Field => ({ must, optional: false, holds });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isWhole = (value: unknown, from: number, to = Number.MAX_SAFE_INTEGER) =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

/** The longest timer that Node supports. */
const LONGEST_MILLISECONDS = 2_147_483_647;
const isTime = (value: unknown) => typeof value === "number" && value >= 0 && value <= LONGEST_MILLISECONDS;

const bodyForms: Record<string, (value: Record<string, unknown>) => boolean> = {
  json: ({ json }) => json !== undefined,
  base64: ({ base64 }) => typeof base64 === "string" && /^[\w+/-]*={0,2}$/.test(base64),
  "repeat,text": ({ text, repeat }) => typeof text === "string" && text !== "" && isWhole(repeat, 1),
};

function isBody(value: unknown): value is FaultBody {
  if (typeof value === "string" || value instanceof Uint8Array) return true;
  return isObject(value) && bodyForms[Object.keys(value).sort().join()]?.(value) === true;
}

function isPiece(value: unknown): value is RawPiece {
  const isPause = isObject(value) && Object.keys(value).join() === "pauseMilliseconds";
  return isPause ? isTime(value["pauseMilliseconds"]) : isBody(value);
}

const BODY_FORMS = '`"text"`, `{"json":…}`, `{"base64":"…"}` or `{"text":"…","repeat":1000}`';

/** One of the given words. */
export const oneOf = (...words: string[]): Field =>
  field(`one of \`${words.join("`, `")}\``, (value) => words.includes(value as string));

const status: Field = field("a whole number from 200 to 599", (value) => isWhole(value, 200, 599));

const milliseconds: Field = field(`a number from 0 to ${LONGEST_MILLISECONDS}`, isTime);

const rate: Field = field("a number above 0", (value) => Number.isFinite(value) && (value as number) > 0);

export const times: Field = field("a whole number of 1 or more", (value) => isWhole(value, 1));

/** Node refuses other headers only when it sends them, and then the client gets a 500. */
function isHeader([name, value]: [string, unknown]): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value as string);
    return typeof value === "string";
  } catch {
    return false;
  }
}

const headers: Field = field("an object whose values are strings, with valid header names", (value) => {
  return isObject(value) && Object.entries(value).every(isHeader);
});

const body: Field = field(BODY_FORMS, isBody);

const pieces: Field = field(`${BODY_FORMS}, or a list of these and of \`{"pauseMilliseconds":500}\``, (value) =>
  Array.isArray(value) ? value.every(isPiece) : isBody(value),
);

/** The pseudo-operation for faults of new connections to the HTTPS port. */
export const TLS = "tls";

/** One kind of fault. */
export interface FaultKind {
  fields: Record<string, Field>;
  does: string;
}

/** The problems of the HTTPS port, and what a client sees. */
export const tlsProblems: Record<TlsProblem, string> = {
  expired: "a certificate that expired yesterday",
  notYetValid: "a certificate that is valid from tomorrow",
  wrongHost: "a certificate for `other.localhost`",
  selfSigned: "a self-signed certificate",
  unknownAuthority: "a certificate of an unknown CA",
  oldVersion: "the good certificate, but only TLS 1.1 and older",
  plainHttp: "plain HTTP instead of a handshake",
  hang: "no response to the handshake",
  close: "a closed connection in the middle of the handshake",
};

/** By name. */
export const faultKinds: Record<Fault["kind"], FaultKind> = {
  status: {
    fields: { status, headers: optional(headers), body: optional(body) },
    does: "Sends this instead of the usual answer. The body is empty by default. Use status 200 to replace only the body.",
  },
  delay: { fields: { milliseconds }, does: "Sends the usual answer later." },
  hold: { fields: {}, does: "Sends the usual answer once the fault is cleared." },
  pace: {
    fields: { perSecond: rate },
    does: "Answers at most this many requests per second; the others wait in a queue. Clearing the fault releases them.",
  },
  hang: { fields: {}, does: "Accepts the request and never sends a byte, even after the fault is cleared." },
  hangAfterHeaders: { fields: {}, does: "Sends the headers of the usual answer and then nothing." },
  slowDrip: {
    fields: { part: oneOf("headers", "body"), millisecondsPerByte: optional(milliseconds) },
    does: "Sends the usual answer byte by byte, by default one per second: all of it (`headers`) or only the body.",
  },
  reset: {
    fields: { when: oneOf("beforeHeaders", "midBody") },
    does: "Resets the connection before the headers or in the middle of the usual body.",
  },
  truncatedBody: {
    fields: { framing: optional(oneOf("contentLength", "chunked")) },
    does: "Closes the connection in the middle of the usual body, which is sent with a content length (default) or in chunks.",
  },
  closeAfterAnswer: { fields: {}, does: "Sends the usual answer and closes the kept-alive connection." },
  raw: {
    fields: {
      bytes: pieces,
      millisecondsPerByte: optional(milliseconds),
      ending: optional(oneOf("close", "reset", "open")),
    },
    does: "Sends exactly these bytes, including the headers. Then it closes the connection (default), resets it, or leaves it open without sending more.",
  },
  tls: {
    fields: { problem: oneOf(...Object.keys(tlsProblems)) },
    does: "Only for the operation `tls`: what happens to new connections to the HTTPS port. See below.",
  },
};

// Faults that a caller must survive: what can go wrong, for which operation, and how often.
// Playing one on the wire is perform.ts's work.

/** Bytes of an answer: text, JSON, or raw bytes as base64 or in process as a buffer; `repeat` makes it large. */
export type FaultBody = string | Uint8Array | { json: unknown } | { base64: string } | { text: string; repeat: number };

/** What goes wrong. Delays are real milliseconds. */
export type Fault =
  /** Answer this instead; without a body, an empty one. Also the way to override a body: status 200. */
  | { kind: "status"; status: number; headers?: Record<string, string>; body?: FaultBody }
  /** Answer as usual, later. */
  | { kind: "delay"; milliseconds: number }
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
  /** Send exactly these bytes, headers included, and close. */
  | { kind: "raw"; bytes: FaultBody };

/** A fault, for an operation (`*` for all), for so many requests (until cleared by default). */
export interface FaultRule {
  operation: string;
  fault: Fault;
  times?: number;
}

/** The faults that wait to be played. */
export interface FaultList {
  readonly rules: readonly FaultRule[];
  add(rule: FaultRule): void;
  /** All of them, or those of one operation. */
  clear(operation?: string): void;
  /** The fault to play for this request, if any; uses up one of its times. */
  take(operation: string): Fault | undefined;
}

/** The kinds, for checks and for the control page. */
export const faultKinds: readonly Fault["kind"][] = [
  "status",
  "delay",
  "hang",
  "hangAfterHeaders",
  "slowDrip",
  "reset",
  "truncatedBody",
  "closeAfterAnswer",
  "raw",
];

/** Rules added first are played first. */
export function createFaultList(): FaultList {
  let rules: FaultRule[] = [];
  return {
    get rules() {
      return rules;
    },
    add: (rule) => {
      if (!faultKinds.includes(rule.fault.kind)) throw new Error(`unknown fault kind; known: ${faultKinds.join(", ")}`);
      if (rule.times !== undefined && !(rule.times >= 1)) throw new Error("times must be 1 or more");
      rules.push({ ...rule });
    },
    clear: (operation) => {
      rules = operation === undefined ? [] : rules.filter((rule) => rule.operation !== operation);
    },
    take: (operation) => {
      const rule = rules.find((candidate) => candidate.operation === operation || candidate.operation === "*");
      if (!rule) return undefined;
      if (rule.times !== undefined) {
        rule.times -= 1;
        if (rule.times === 0) rules = rules.filter((candidate) => candidate !== rule);
      }
      return rule.fault;
    },
  };
}

/** The bytes that a fault body stands for. */
export function bytesOf(body: FaultBody | undefined): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  if ("json" in body) return Buffer.from(JSON.stringify(body.json));
  if ("base64" in body) return Buffer.from(body.base64, "base64");
  return Buffer.alloc(body.text.length * body.repeat, body.text);
}

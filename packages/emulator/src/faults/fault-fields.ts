// What the fields of a fault may hold: each as a rule and as the words that an error and SUPPORT.md use for it.
import type { FaultBody, RawPiece } from "./fault.ts";

/** One field. */
export interface Field {
  /** Reads on from "must be": `a whole number of 1 or more`. */
  must: string;
  optional: boolean;
  holds(value: unknown): boolean;
}

/** The same field, which may be left out. */
export const optional = (field: Field): Field => ({ ...field, optional: true });

const field = (must: string, holds: Field["holds"]): Field => ({ must, optional: false, holds });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isWhole = (value: unknown, from: number, to = Number.MAX_SAFE_INTEGER) =>
  Number.isInteger(value) && (value as number) >= from && (value as number) <= to;

/** A timer of Node takes no longer one. */
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

/** One of a few words. */
export const oneOf = (...words: string[]): Field =>
  field(`one of \`${words.join("`, `")}\``, (value) => words.includes(value as string));

export const status: Field = field("a whole number from 200 to 599", (value) => isWhole(value, 200, 599));

export const milliseconds: Field = field(`a number from 0 to ${LONGEST_MILLISECONDS}`, isTime);

export const rate: Field = field("a number above 0", (value) => Number.isFinite(value) && (value as number) > 0);

export const times: Field = field("a whole number of 1 or more", (value) => isWhole(value, 1));

export const headers: Field = field("an object of texts", (value) => {
  return isObject(value) && Object.values(value).every((one) => typeof one === "string");
});

export const body: Field = field(BODY_FORMS, isBody);

export const pieces: Field = field(`${BODY_FORMS}, or a list of these and of \`{"pauseMilliseconds":500}\``, (value) =>
  Array.isArray(value) ? value.every(isPiece) : isBody(value),
);

// Encodes the parts of ASN.1 DER (X.690) that a certificate needs, because Node can read certificates but not create
// them.

const TAGS = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
};

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

function element(tag: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.byteLength)]), content]);
}

/** SEQUENCE. */
export const sequence = (...parts: Uint8Array[]): Buffer => element(0x30, Buffer.concat(parts));

/** SET. */
export const set = (...parts: Uint8Array[]): Buffer => element(0x31, Buffer.concat(parts));

/** An explicit context tag, `[number]`. */
export const explicit = (number: number, content: Uint8Array): Buffer => element(0xa0 | number, content);

/** An implicit context tag over primitive content. */
export const implicit = (number: number, content: Uint8Array): Buffer => element(0x80 | number, content);

/** INTEGER from unsigned bytes; a leading zero keeps it positive. */
export function integer(value: Uint8Array | number): Buffer {
  const bytes = typeof value === "number" ? Buffer.of(value) : Buffer.from(value);
  const positive = (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return element(TAGS.integer, positive);
}

/** BOOLEAN true. DER omits a value that equals its default, so false is never needed. */
export const yes = (): Buffer => element(TAGS.boolean, Buffer.of(0xff));

/** NULL. */
export const nothing = (): Buffer => element(TAGS.null, Buffer.alloc(0));

/** BIT STRING. @param unused number of unused bits at its end */
export const bitString = (content: Uint8Array, unused = 0): Buffer =>
  element(TAGS.bitString, Buffer.concat([Buffer.of(unused), content]));

/** OCTET STRING. */
export const octetString = (content: Uint8Array): Buffer => element(TAGS.octetString, content);

/** UTF8String. */
export const utf8 = (text: string): Buffer => element(TAGS.utf8, Buffer.from(text));

/** UTCTime, valid until 2049. */
export function utcTime(date: Date): Buffer {
  const digits = date.toISOString().replace(/\D/g, "").slice(2, 14);
  return element(TAGS.utcTime, Buffer.from(`${digits}Z`));
}

/** OBJECT IDENTIFIER from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const base128 = (value: number): number[] => {
    const bytes = [value & 0x7f];
    for (let left = value >>> 7; left > 0; left >>>= 7) bytes.unshift((left & 0x7f) | 0x80);
    return bytes;
  };
  return element(TAGS.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

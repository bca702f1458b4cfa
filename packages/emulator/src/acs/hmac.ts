// HMAC authentication of ACS, as pure functions. The signature covers the raw, still encoded target and the headers
// that `SignedHeaders` names.
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The parts of an Authorization header. */
export interface HmacAuthorization {
  signedHeaders: string[];
  signature: Buffer;
}

/** What is signed. */
export interface SignedRequest {
  method: string;
  target: string;
  /** The value of a header. @param name in lower case */
  header(name: string): string | undefined;
  body: Buffer;
}

/** Why a request is refused. */
export type HmacRefusal = "malformed" | "header-not-signed" | "header-missing" | "skew" | "content-hash" | "signature";

/** How far the date may differ from the clock. *Inferred*: the window of the service is not documented. */
export const SKEW_MILLISECONDS = 15 * 60_000;

/** Reads `HMAC-SHA256 SignedHeaders=a;b;c&Signature=<base64>`; `undefined` for any other format. */
export function parseHmacAuthorization(value: string): HmacAuthorization | undefined {
  const match = /^HMAC-SHA256 SignedHeaders=([A-Za-z0-9-]+(?:;[A-Za-z0-9-]+)*)&Signature=([A-Za-z0-9+/]{43}=)$/.exec(
    value,
  );
  const [, headers, signature] = match ?? [];
  if (headers === undefined || signature === undefined) return undefined;
  return { signedHeaders: headers.toLowerCase().split(";"), signature: Buffer.from(signature, "base64") };
}

/** The signed date header: `x-ms-date` from the SDKs, `date` from some other callers. */
const dateHeaderOf = (signedHeaders: readonly string[]): string | undefined =>
  ["x-ms-date", "date"].find((name) => signedHeaders.includes(name));

/** `VERB \n path?query \n value;value;…`, with the values in the order of `SignedHeaders`. */
function stringToSign(request: SignedRequest, signedHeaders: readonly string[]): string {
  const values = signedHeaders.map((name) => request.header(name) ?? "");
  return `${request.method.toUpperCase()}\n${request.target}\n${values.join(";")}`;
}

function refusalBeforeSignature(request: SignedRequest, signedHeaders: readonly string[], now: number) {
  const dateHeader = dateHeaderOf(signedHeaders);
  if (!dateHeader || !signedHeaders.includes("host") || !signedHeaders.includes("x-ms-content-sha256")) {
    return "header-not-signed";
  }
  if (signedHeaders.some((name) => request.header(name) === undefined)) return "header-missing";
  const date = Date.parse(request.header(dateHeader) ?? "");
  if (!(Math.abs(date - now) <= SKEW_MILLISECONDS)) return "skew";
  const hash = createHash("sha256").update(request.body).digest("base64");
  return request.header("x-ms-content-sha256") === hash ? undefined : "content-hash";
}

/**
 * Finds the key that signed the request. A replay within the window is allowed, because the SDKs sign once and retry.
 * @param keys base64 access keys @param now milliseconds of the machine's clock
 */
export function verifyHmac(
  authorization: string,
  request: SignedRequest,
  keys: readonly string[],
  now: number,
): { ok: true; key: string } | { ok: false; reason: HmacRefusal } {
  const parsed = parseHmacAuthorization(authorization);
  if (!parsed) return { ok: false, reason: "malformed" };
  const refusal = refusalBeforeSignature(request, parsed.signedHeaders, now);
  if (refusal) return { ok: false, reason: refusal };
  const text = stringToSign(request, parsed.signedHeaders);
  const key = keys.find((candidate) =>
    timingSafeEqual(createHmac("sha256", Buffer.from(candidate, "base64")).update(text).digest(), parsed.signature),
  );
  return key === undefined ? { ok: false, reason: "signature" } : { ok: true, key };
}

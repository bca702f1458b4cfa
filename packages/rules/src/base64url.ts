// base64url (RFC 4648, section 5) with what Node and browsers share. The server passes its own, faster decoder.

const toBase64 = (base64url: string) => base64url.replaceAll("-", "+").replaceAll("_", "/");

/** Decodes one base64url part as JSON; undefined if it is not JSON. Runs in Node and in browsers. */
export function decodePart(part: string): unknown {
  try {
    const bytes = Uint8Array.from(atob(toBase64(part)), (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/**
 * Whether a base64url text is the only spelling of its bytes. The last character can hold bits that decode to nothing; if
 * they were accepted, one token would have several spellings and comparing tokens would not be safe.
 */
export function isCanonicalBase64url(text: string): boolean {
  try {
    const encoded = btoa(atob(toBase64(text)));
    return encoded.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === text;
  } catch {
    return false;
  }
}

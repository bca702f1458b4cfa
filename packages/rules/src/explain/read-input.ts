// Finds one or two tokens in pasted text, with or without the header names and JSON around them. The text is never repeated.

/** The tokens, or advice if there are none. The advice never quotes the input. */
export type Input = { ok: true; tokens: string[] } | { ok: false; advice: string };

/** Words of headers and JSON bodies that people copy along with a token. */
const surroundings = /^(authorization|bearer|teams-user-aad-token|teamsusertoken|access_?token|token|accesstoken)$/i;

/** Reads standard input, or the fields of the page. */
export function readTokens(text: string): Input {
  const tokens = text.split(/[\s"'{},:]+/).filter((word) => word !== "" && !surroundings.test(word));
  if (tokens.length === 0) return { ok: false, advice: "The input contains no token. Paste one or two." };
  if (tokens.length > 2) {
    return { ok: false, advice: "The input contains more than two words. Paste one token, or two on separate lines." };
  }
  return { ok: true, tokens };
}

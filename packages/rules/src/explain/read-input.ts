// Finds the tokens in what a person pastes: one or two, apart by white space, with or without what usually stands before
// and around them. What is found is never shown again.

/** The tokens, or why the input is of no use; the words never quote the input. */
export type Input = { ok: true; tokens: string[] } | { ok: false; advice: string };

/** The words of headers and of JSON bodies that tokens are copied with. */
const company = /^(authorization|bearer|teams-user-aad-token|teamsusertoken|access_?token|token|accesstoken)$/i;

/** Reads standard input, or the fields of the page. */
export function readTokens(text: string): Input {
  const tokens = text.split(/[\s"'{},:]+/).filter((word) => word !== "" && !company.test(word));
  if (tokens.length === 0) return { ok: false, advice: "There is no token in the input. Give one or two." };
  if (tokens.length > 2) {
    return { ok: false, advice: "There are more than two words in the input. Give one token, or two on a line each." };
  }
  return { ok: true, tokens };
}

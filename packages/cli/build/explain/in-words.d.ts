import type { Explanation } from "@teams-token-exchange/rules/explain";
/** All lines; none holds a part of a token. */
export declare function explanationLines({ tokens, assumptions }: Explanation): string[];

import type { KnownRules } from "@teams-token-exchange/rules/explain";
type Environment = Readonly<Record<string, string | undefined>>;
/** Every setting that can be read; a bad one counts as not there, because doctor is who judges settings. */
export declare function knownRules(env: Environment): KnownRules;
export {};

import type { Report } from "./examine.ts";
/** @param isVerbose with what was checked, and what will be retired some day */
export declare function reportLines({ checked, findings, unchecked }: Report, isVerbose: boolean, nowMs: number): string[];

export interface Retirement {
    readonly id: string;
    readonly what: string;
    /** The last day, ISO 8601. */
    readonly lastDay: string;
    readonly remedy: string;
    /** Packages whose presence means that it is in use. */
    readonly packages: readonly string[];
    /** Resources (app ids) whose permissions mean that it is in use. */
    readonly resources: readonly string[];
}
/** ACS itself: in use by definition, so it is told only to those who want every word. */
export declare const acsRetirement: {
    what: string;
    lastDay: string;
};
/** By the vendor's announcements. */
export declare const retirements: readonly Retirement[];
/** Days until the end of the last day; negative when it is over. */
export declare const daysLeft: (lastDay: string, nowMs: number) => number;
/** As people say it. */
export declare function untilInWords(lastDay: string, nowMs: number): string;

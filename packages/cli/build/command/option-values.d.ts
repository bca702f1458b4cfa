/** A GUID in lower case. @param name as the help shows it */
export declare const guidOf: (name: string) => (text: string) => string;
/** One GUID of several arguments. */
export declare const guidsOf: (name: string) => (text: string, before: readonly string[] | undefined) => string[];
/** A TCP port; 0 takes a free one. */
export declare const portOf: (name: string) => (text: string) => number;
/** The folder of a built page. */
export declare const pageOf: (name: string) => (text: string) => string;

export type Values = Readonly<Record<string, string>>;
/** The text without the block. */
export declare const withoutBlock: (text: string) => string;
/** The text with these values in the block, and out of the lines around it; the same text where nothing changes. */
export declare function withValues(text: string, values: Values): string;
/** Reads a file that may not be there. */
export declare const readText: (file: string) => string;
/** Whether others than the owner may read the file. */
export declare const isOpenToOthers: (file: string) => boolean;
/** Writes the file for its owner alone, whole or not at all; an empty one is removed. */
export declare function saveText(file: string, text: string): void;

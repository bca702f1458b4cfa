/** Thrown anywhere in a command; the program prints its lines and ends with status 1. */
export declare class CommandFailure extends Error {
    /** What to print. */
    get lines(): string[];
}
/** A mistake in the arguments; the program ends with status 2. The message names the argument, never its value. */
export declare class UsageError extends CommandFailure {
    get lines(): string[];
}
/** A failure with the next step: what went wrong and what to do, without a value that is not the reader's to see. */
export declare class Advice extends CommandFailure {
    readonly next: string;
    constructor(what: string, next: string, options?: ErrorOptions);
    get lines(): string[];
}

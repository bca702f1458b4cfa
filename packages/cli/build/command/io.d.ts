/** What a command needs of its terminal. */
export interface Io {
    /** A line of the result. */
    say(line: string): void;
    /** A line about progress, or about what went wrong; kept apart from the result. */
    note(line: string): void;
    /** Asks yes or no; no where nobody can answer. */
    confirm(question: string): Promise<boolean>;
    /** Asks for a secret, which is not shown while it is typed; nothing where nobody can answer. */
    askSecret(question: string): Promise<string>;
}
/** The terminal of this process. */
export declare const terminal: Io;

// Failures that a person can do something about. Everything else that is thrown is a defect.
/** Thrown anywhere in a command; the program prints its lines and ends with status 1. */
export class CommandFailure extends Error {
    /** What to print. */
    get lines() {
        return [this.message];
    }
}
/** A mistake in the arguments; the program ends with status 2. The message names the argument, never its value. */
export class UsageError extends CommandFailure {
    get lines() {
        return [`error: ${this.message}`, "Add --help to see what this command takes."];
    }
}
/** A failure with the next step: what went wrong and what to do, without a value that is not the reader's to see. */
export class Advice extends CommandFailure {
    next;
    constructor(what, next, options) {
        super(what, options);
        this.next = next;
    }
    get lines() {
        return [this.message, `  Next: ${this.next}`];
    }
}

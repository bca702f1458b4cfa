// Failures that a person can do something about. Everything else that is thrown is a defect.

/** Thrown anywhere in a command; the program prints its lines and ends with status 1. */
export class CommandFailure extends Error {
  /** What to print. */
  get lines(): string[] {
    return [this.message];
  }
}

/** A mistake in the arguments; the program ends with status 2. The message names the argument, never its value. */
export class UsageError extends CommandFailure {
  override get lines(): string[] {
    return [`error: ${this.message}`, "Add --help to see the arguments of this command."];
  }
}

/** A failure with the next step: what went wrong and what to do, without any value that the reader may not see. */
export class Advice extends CommandFailure {
  readonly next: string;

  constructor(what: string, next: string, options?: ErrorOptions) {
    super(what, options);
    this.next = next;
  }

  override get lines(): string[] {
    return [this.message, `  Next: ${this.next}`];
  }
}

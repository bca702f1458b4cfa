// A failure that a person can do something about: what went wrong and what to do next, without a value that is not theirs
// to see. Everything else that is thrown is a defect.

/** Thrown anywhere in a command, shown at its end. */
export class Advice extends Error {
  readonly next: string;

  constructor(what: string, next: string, options?: ErrorOptions) {
    super(what, options);
    this.next = next;
  }
}

/** Both sentences. */
export const adviceLines = (advice: Advice): string[] => [advice.message, `  Next: ${advice.next}`];

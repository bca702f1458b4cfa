// What happens to the output of every command if it cannot be written.

let isLog = false;

/** Says that the output is the log of a server, which goes on without it: a failure to write it does not change the status. */
export function outputIsLog(): void {
  isLog = true;
}

/**
 * Makes this process outlive the reader of its output, as in `doctor | head -1`. The rest of the output is dropped, the work
 * goes on, and the exit status is that of the work: a registration that ends half-way would be worse than a late end. If the
 * output cannot be written for another reason, such as a full disk, a sentence says so and the status becomes 1.
 */
export function outliveReaders(): void {
  let failure: string | undefined;
  process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
    if (code !== "EPIPE") failure ??= message;
  });
  // Nothing is left to say it to.
  process.stderr.on("error", () => {});
  process.on("exit", (status) => {
    if (failure === undefined || isLog) return;
    process.stderr.write(`The output cannot be written: ${failure}\n`);
    process.exitCode = status || 1;
  });
}

/**
 * A failure in our own words, for operators: what failed, at which host, which setting to check. Its message holds no secret
 * and no value of a request, so the log keeps it whole. The message of any other error is redacted.
 */
export class LoggableError extends Error {
  override readonly name: string = "LoggableError";
}

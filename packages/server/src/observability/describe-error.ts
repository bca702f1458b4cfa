// An error as it may be logged: its kind, its code and where it happened. Its message may quote its input and is left out.

/** No string of the log is longer. */
export const maxLogLength = 200;

export interface LoggedError {
  [member: string]: unknown;
  type: string;
  /** The error's code; never its own message. */
  message: string;
  /** The frames of its stack, without the lines that quote the message. */
  stack: string;
  cause?: LoggedError;
}

/** How deep a chain of causes is followed; it may be a ring. */
const maxCauses = 5;

export function describeError(error: Error, depth = 0): LoggedError {
  const { code, name, stack, cause } = error as { code?: unknown; name: unknown; stack?: unknown; cause?: unknown };
  // A message of several lines can hold one that looks like a frame: only what follows the message is the stack.
  const frames = typeof stack === "string" ? stack.replace(error.message, "").split("\n") : [];
  return {
    type: typeof name === "string" && /^\w{1,64}$/.test(name) ? name : "Error",
    message: typeof code === "string" && /^\w{1,64}$/.test(code) ? code : "",
    stack: frames
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 8)
      .map((line) => line.slice(0, maxLogLength))
      .join("\n"),
    ...(cause instanceof Error && depth < maxCauses && { cause: describeError(cause, depth + 1) }),
  };
}

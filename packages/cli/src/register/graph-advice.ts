// What to do when Graph refuses: which permission or role is missing, by status.
import { Advice } from "../command/failures.ts";
import { GraphError } from "../graph/graph.ts";

/** Turns a refusal of Graph into advice; other errors are returned unchanged. */
export function adviceForGraph(error: unknown, permissions: readonly string[], role: string): unknown {
  if (!(error instanceof GraphError)) return error;
  if (error.status === 403) {
    return new Advice(
      error.message,
      `The account needs the role ${role}, and the sign-in the permissions ${permissions.join(" and ")}. Ask an administrator to run this command, or to grant them.`,
      { cause: error },
    );
  }
  if (error.status === 401)
    return new Advice(error.message, "The sign-in was not accepted. Sign in again, with an account of this tenant.", {
      cause: error,
    });
  return new Advice(
    error.message,
    "Run the command again: it continues where it stopped. If the error persists, look up the code in Graph's documentation.",
    { cause: error },
  );
}

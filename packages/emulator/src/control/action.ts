// An action of the control API.
import type { EmulatorContext } from "../http/context.ts";
import type { Schema } from "../state/schema.ts";

/** An action. @returns the JSON of the response @throws Error whose message goes to the caller */
export interface Action {
  /** What the input must be. It is checked before the action runs. */
  input: Schema;
  /** Runs with a valid input. If it throws, it must not have changed anything. */
  run(context: EmulatorContext, input: Record<string, unknown>): object | Promise<object>;
}

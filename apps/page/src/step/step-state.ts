// The state of one numbered step, and the pure function that moves it.
import type { Failure } from "../failure/failure.ts";

export type StepState<Result> =
  | { readonly status: "idle" }
  | { readonly status: "running"; readonly run: number; readonly startedAt: number }
  | { readonly status: "done"; readonly result: Result; readonly durationMs: number }
  | { readonly status: "failed"; readonly failure: Failure; readonly durationMs: number };

export type StepEvent<Result> =
  | { readonly type: "started"; readonly run: number; readonly at: number }
  | { readonly type: "succeeded"; readonly run: number; readonly result: Result; readonly at: number }
  | { readonly type: "failed"; readonly run: number; readonly failure: Failure; readonly at: number }
  | { readonly type: "reset" };

/** Moves the state. The outcome of a run that is no longer the current one changes nothing. */
export function stepReducer<Result>(state: StepState<Result>, event: StepEvent<Result>): StepState<Result> {
  switch (event.type) {
    case "started":
      return { status: "running", run: event.run, startedAt: event.at };
    case "reset":
      return { status: "idle" };
    case "succeeded":
      if (state.status !== "running" || state.run !== event.run) return state;
      return { status: "done", result: event.result, durationMs: event.at - state.startedAt };
    case "failed":
      if (state.status !== "running" || state.run !== event.run) return state;
      return { status: "failed", failure: event.failure, durationMs: event.at - state.startedAt };
    default:
      return event satisfies never;
  }
}

// The state of one numbered step, and the hook that runs the step and writes to the event log.
import type { Failure } from "@teams-token-exchange/client/failure";
import { useCallback, useReducer, useRef } from "react";
import { describePageFailure } from "../failure/page-failure.ts";
import type { EventLog } from "../session/event-log.ts";

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

/** The next state. The outcome of an earlier run changes nothing. */
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

/** A step that can be run. `run` never rejects; it resolves to true if the step succeeded. */
export interface Step<Result, Options> {
  readonly state: StepState<Result>;
  run(options?: Options): Promise<boolean>;
  /** Shows a failure that happened elsewhere, for example during a redirect. */
  fail(failure: Failure): void;
  reset(): void;
}

export interface StepOptions<Result, Options> {
  /** The name in the event log. */
  readonly name: string;
  readonly log: EventLog;
  readonly initial?: StepState<Result>;
  readonly operation: (options?: Options) => Promise<Result>;
  /** The ID under which the server logged the success. */
  readonly referenceOf?: (result: Result) => string | undefined;
}

export function useStep<Result, Options = never>(options: StepOptions<Result, Options>): Step<Result, Options> {
  const { name, log, operation, referenceOf } = options;
  const [state, dispatch] = useReducer<StepState<Result>, [StepEvent<Result>]>(
    stepReducer,
    options.initial ?? { status: "idle" },
  );
  const runs = useRef(0);

  const fail = useCallback(
    (failure: Failure, run = ++runs.current) => {
      dispatch({ type: "failed", run, failure, at: performance.now() });
      log.add(`${name}: failed with ${failure.code}`, failure.references[0]?.value);
    },
    [name, log],
  );

  const run = useCallback(
    async (runOptions?: Options) => {
      const id = ++runs.current;
      const startedAt = performance.now();
      dispatch({ type: "started", run: id, at: startedAt });
      log.add(`${name}: started`);
      try {
        const result = await operation(runOptions);
        const at = performance.now();
        dispatch({ type: "succeeded", run: id, result, at });
        log.add(`${name}: done in ${Math.round(at - startedAt)} ms`, referenceOf?.(result));
        return true;
      } catch (error) {
        fail(describePageFailure(error), id);
        return false;
      }
    },
    [name, log, operation, referenceOf, fail],
  );

  const showFailure = useCallback(
    (failure: Failure) => {
      const id = ++runs.current;
      dispatch({ type: "started", run: id, at: performance.now() });
      fail(failure, id);
    },
    [fail],
  );

  const reset = useCallback(() => {
    runs.current++;
    dispatch({ type: "reset" });
  }, []);
  return { state, run, fail: showFailure, reset };
}

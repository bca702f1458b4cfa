// Runs one step of the page and keeps its state and its lines in the event log.
import { useCallback, useReducer, useRef } from "react";
import type { EventLog } from "../event-log/event-log.ts";
import { describeFailure, type Failure } from "../failure/failure.ts";
import { type StepEvent, type StepState, stepReducer } from "./step-state.ts";

/** A step that can be run. `run` resolves to whether it succeeded; it never rejects. */
export interface Step<Result, Options> {
  readonly state: StepState<Result>;
  run(options?: Options): Promise<boolean>;
  /** Shows a failure that happened elsewhere, such as on the page of a redirect. */
  fail(failure: Failure): void;
  reset(): void;
}

export interface StepOptions<Result, Options> {
  /** The name in the event log. */
  readonly name: string;
  readonly log: EventLog;
  readonly initial?: StepState<Result>;
  readonly operation: (options?: Options) => Promise<Result>;
  /** The id under which someone else logged the success. */
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
        fail(describeFailure(error), id);
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

import type { Failure } from "@teams-token-exchange/client/failure";
import { describe, expect, it } from "vitest";
import { type StepState, stepReducer } from "./use-step.ts";

const failure: Failure = { code: "x", title: "t", cause: "c", advice: "a", action: "retry", references: [] };
const running: StepState<string> = { status: "running", run: 2, startedAt: 100 };

describe("stepReducer", () => {
  it("is done with the result and the duration", () => {
    expect(stepReducer(running, { type: "succeeded", run: 2, result: "r", at: 130 })).toEqual({
      status: "done",
      result: "r",
      durationMs: 30,
    });
  });

  it("fails with the failure and the duration", () => {
    expect(stepReducer(running, { type: "failed", run: 2, failure, at: 130 })).toEqual({
      status: "failed",
      failure,
      durationMs: 30,
    });
  });

  it("ignores the outcome of an earlier run", () => {
    expect(stepReducer(running, { type: "succeeded", run: 1, result: "old", at: 130 })).toBe(running);
    expect(stepReducer(running, { type: "failed", run: 1, failure, at: 130 })).toBe(running);
  });

  it("ignores an outcome after a reset", () => {
    const idle = stepReducer(running, { type: "reset" });
    expect(stepReducer(idle, { type: "succeeded", run: 2, result: "late", at: 130 })).toBe(idle);
  });

  it("starts again from any state", () => {
    const states: StepState<string>[] = [{ status: "idle" }, running, { status: "failed", failure, durationMs: 1 }];
    for (const state of states) {
      expect(stepReducer(state, { type: "started", run: 3, at: 5 })).toEqual({
        status: "running",
        run: 3,
        startedAt: 5,
      });
    }
  });
});

// Faults that hold a request up before it is answered as usual: when it may go on.
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import type { Fault } from "./fault.ts";

/** Waits until one request may go on. */
export type Turn = () => Promise<unknown>;

/** By the clock from the first request on, so that timers that come late cost nothing of the pace. */
function paced(perSecond: number, cleared: AbortSignal): Turn {
  let nextAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    nextAt = Math.max(now, nextAt + 1000 / perSecond);
    return wait(nextAt - now, undefined, { ref: false, signal: cleared }).catch(() => undefined);
  };
}

/** @param cleared ends every wait but a plain delay's @returns undefined for faults that hold nothing up */
export function turnOf(fault: Fault, cleared: AbortSignal): Turn | undefined {
  switch (fault.kind) {
    case "delay":
      // Closing the emulator destroys the socket, and the late answer then goes nowhere.
      return () => wait(fault.milliseconds, undefined, { ref: false });
    case "hold":
      return async () => cleared.aborted || once(cleared, "abort");
    case "pace":
      return paced(fault.perSecond, cleared);
    default:
      return undefined;
  }
}

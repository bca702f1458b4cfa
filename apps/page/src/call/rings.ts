// The calls that ring: from the first ring until they are accepted or declined here, or stop ringing.
import type { EventLog } from "../session/event-log.ts";
import { describeRingEnd } from "./call-end.ts";
import type { Ring } from "./call-session-types.ts";
import type { IncomingCall } from "./calling.ts";

export interface RingsOptions {
  readonly log: EventLog;
  readonly onChange: (ringing: readonly Ring[]) => void;
  /** Called with a text for the user about a call that stopped ringing by itself. */
  readonly onMissed: (text: string) => void;
}

export interface Rings {
  add(call: IncomingCall): void;
  /** The caller of a call that still rings. */
  callerOf(id: string): string | undefined;
  /** Removes a call that is accepted or declined here; undefined if it does not ring any more. */
  take(id: string): IncomingCall | undefined;
  clear(): void;
}

export function createRings({ log, onChange, onMissed }: RingsOptions): Rings {
  const calls = new Map<string, IncomingCall>();
  const callerOf = ({ caller }: IncomingCall) => caller || "Someone";
  const changed = () => onChange([...calls.values()].map((call) => ({ id: call.id, caller: callerOf(call) })));

  function take(id: string): IncomingCall | undefined {
    const call = calls.get(id);
    if (calls.delete(id)) changed();
    return call;
  }

  return {
    add(call) {
      calls.set(call.id, call);
      log.add("Call: rings");
      changed();
      call.onEnded((end) => {
        // After it was accepted or declined here, its end is no news.
        if (take(call.id) === undefined) return;
        log.add(`Call: stopped ringing with ${end.code}/${end.subCode}`);
        onMissed(describeRingEnd(callerOf(call), end));
      });
    },
    callerOf(id) {
      const call = calls.get(id);
      return call && callerOf(call);
    },
    take,
    clear() {
      if (calls.size === 0) return;
      calls.clear();
      changed();
    },
  };
}

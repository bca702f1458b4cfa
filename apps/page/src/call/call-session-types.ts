// What the page shows of the calls of the signed-in user, and what it can do with them.
import type { Failure } from "@teams-token-exchange/client/failure";
import type { CallTarget } from "./call-target.ts";
import type { CallPhase, CallSnapshot, CallStart, LiveCall } from "./calling.ts";

/** The steps of joining a call. */
export type CallProgress = "loading" | "connecting" | "joining";

/** The call in front. */
export type CallState =
  | { readonly status: "idle" }
  | { readonly status: "preparing"; readonly progress: CallProgress; readonly startedAt: number }
  | {
      readonly status: "in-call";
      readonly call: LiveCall;
      readonly snapshot: CallSnapshot;
      readonly startedAt: number;
      /** From the click until the call is connected; absent until then. */
      readonly durationMs?: number;
    }
  | { readonly status: "ended"; readonly text: string }
  | { readonly status: "failed"; readonly failure: Failure; readonly durationMs: number };

/** Whether calls to this user ring in the page. `lost`: not now, but the SDK tries to connect again. */
export type Receiving =
  | { readonly status: "off" | "starting" | "on" | "lost" }
  | { readonly status: "failed"; readonly failure: Failure };

/** A call that rings. */
export interface Ring {
  readonly id: string;
  /** The name of the caller, or a text in its place. */
  readonly caller: string;
}

/** A call that waits while another one is in front. */
export interface WaitingCall {
  readonly id: number;
  readonly title: string;
}

/** Something that happened and that the user may have missed. */
export interface Notice {
  readonly id: number;
  readonly text: string;
}

export interface CallsState {
  readonly call: CallState;
  /** On hold, the latest last. */
  readonly waiting: readonly WaitingCall[];
  /** The oldest first. */
  readonly ringing: readonly Ring[];
  readonly receiving: Receiving;
  /** The oldest first. */
  readonly notices: readonly Notice[];
}

/** The state before the first call. */
export const noCalls: CallsState = {
  call: { status: "idle" },
  waiting: [],
  ringing: [],
  receiving: { status: "off" },
  notices: [],
};

/** Whether a call can be put on hold; otherwise accepting another one ends it. */
export const canBeHeld = (phase: CallPhase): boolean => phase === "connected" || phase === "held";

/** What to do with the call in front when another one is accepted. */
export type OtherCall = "hold" | "leave";

/** The calls of a page; `state` and `subscribe` are made for `useSyncExternalStore`. No function rejects. */
export interface CallSession {
  state(): CallsState;
  subscribe(listener: () => void): () => void;
  /** Starts a call. Does nothing during a call. */
  join(target: CallTarget, start: CallStart): Promise<void>;
  /** Leaves the call in front or ends it for all, or stops joining it. Resolves when it is over. */
  leave(forEveryone?: boolean): Promise<void>;
  /** Lets calls to this user ring in the page. */
  receive(): Promise<void>;
  /** Stops that. During a call calls ring nevertheless, because the SDK does not allow a call without. */
  stopReceiving(): Promise<void>;
  /** Accepts a call that rings. A call in front is held or left; one that is not placed yet is cancelled. */
  accept(ring: string, start: CallStart, other: OtherCall): Promise<void>;
  decline(ring: string): Promise<void>;
  /** Brings a waiting call to the front, resumes it, and holds the one that was in front. */
  switchTo(waiting: number): Promise<void>;
  dismiss(notice: number): void;
  /** Ends every call and stops receiving. Resolves when everything is disposed. */
  close(): Promise<void>;
}

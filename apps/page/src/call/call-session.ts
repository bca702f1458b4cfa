// One call after the other for the signed-in user: loads the SDK on the first click, creates an agent for each call, and
// disposes it whatever happens. Two agents at a time are refused by the SDK (409/40228), so the next waits for the last.
import type { EventLog } from "../event-log/event-log.ts";
import type { Failure } from "../failure/failure.ts";
import type { CredentialOptions } from "../teams-token/provider.ts";
import { describeCallEnd } from "./call-end.ts";
import type { CallingAgent, CallingSdk, CallSnapshot, CallStart, LiveCall } from "./calling.ts";
import { describeCallingFailure } from "./calling-failure.ts";
import type { CallTarget } from "./target.ts";

/** The steps on the way into a call. */
export type CallProgress = "loading" | "connecting" | "joining";

export type CallState =
  | { readonly status: "idle" }
  | { readonly status: "preparing"; readonly progress: CallProgress; readonly startedAt: number }
  | {
      readonly status: "in-call";
      readonly call: LiveCall;
      readonly snapshot: CallSnapshot;
      readonly startedAt: number;
      /** From the click to being in; absent until then. */
      readonly durationMs?: number;
    }
  | { readonly status: "ended"; readonly words: string }
  | { readonly status: "failed"; readonly failure: Failure; readonly durationMs: number };

export interface CallSessionOptions {
  readonly loadSdk: () => Promise<CallingSdk>;
  readonly credentialOptions: () => Promise<CredentialOptions>;
  /** Stops refreshing the token, once no call needs it. */
  readonly stopRefreshing: () => void;
  readonly log: EventLog;
  readonly now?: () => number;
}

/** The calls of a page; `state` and `subscribe` are made for `useSyncExternalStore`. */
export interface CallSession {
  state(): CallState;
  subscribe(listener: () => void): () => void;
  /** Begins a call. Does nothing while one is under way. Never rejects. */
  join(target: CallTarget, start: CallStart): Promise<void>;
  /** Leaves the call, or stops getting into it. Resolves when everything is disposed; never rejects. */
  leave(): Promise<void>;
}

export function createCallSession(options: CallSessionOptions): CallSession {
  const { loadSdk, credentialOptions, stopRefreshing, log, now = () => performance.now() } = options;
  let state: CallState = { status: "idle" };
  let attempt = 0;
  let agent: CallingAgent | undefined;
  let disposal = Promise.resolve();
  const listeners = new Set<() => void>();

  function set(next: CallState): void {
    state = next;
    for (const listener of listeners) listener();
  }

  function dispose(): Promise<void> {
    const leaving = agent;
    agent = undefined;
    stopRefreshing();
    disposal = disposal.then(() => leaving?.dispose()).catch(() => log.add("Call: the agent was not disposed cleanly"));
    return disposal;
  }

  /** Brings about an agent for this attempt, or undefined when the attempt was given up meanwhile. */
  async function connect(mine: number, startedAt: number): Promise<CallingAgent | undefined> {
    set({ status: "preparing", progress: "loading", startedAt });
    const sdk = await loadSdk();
    if (mine !== attempt) return undefined;
    set({ status: "preparing", progress: "connecting", startedAt });
    await disposal;
    const credential = await credentialOptions();
    if (mine !== attempt) return undefined;
    // An attempt that is given up from here on has made an agent that must go before the next one is made.
    const creating = sdk.createAgent(credential);
    disposal = creating.then(
      (late) => (mine === attempt ? undefined : late.dispose()),
      () => undefined,
    );
    const created = await creating;
    return mine === attempt ? created : undefined;
  }

  function follow(call: LiveCall, mine: number, startedAt: number): void {
    const changed = () => {
      if (mine !== attempt) return;
      const snapshot = call.snapshot();
      if (snapshot.phase === "disconnected") ended(snapshot, startedAt);
      else set({ status: "in-call", call, snapshot, startedAt, ...connectedAfter(snapshot, startedAt) });
    };
    call.subscribe(changed);
    changed();
  }

  /** How long it took to get in; measured once. */
  function connectedAfter({ phase }: CallSnapshot, startedAt: number): { durationMs?: number } {
    if (state.status === "in-call" && state.durationMs !== undefined) return { durationMs: state.durationMs };
    if (phase !== "connected") return {};
    const durationMs = now() - startedAt;
    log.add(`Call: connected in ${Math.round(durationMs)} ms`);
    return { durationMs };
  }

  function ended({ end }: CallSnapshot, startedAt: number): void {
    attempt += 1;
    const ending = describeCallEnd(end ?? { code: 0, subCode: 0 });
    log.add(`Call: ended with ${end?.code ?? 0}/${end?.subCode ?? 0}`);
    set(
      ending.expected
        ? { status: "ended", words: ending.words }
        : { status: "failed", failure: ending.failure, durationMs: now() - startedAt },
    );
    void dispose();
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async join(target, start) {
      if (state.status === "preparing" || state.status === "in-call") return;
      const mine = ++attempt;
      const startedAt = now();
      log.add("Call: started");
      try {
        const created = await connect(mine, startedAt);
        if (created === undefined) return;
        agent = created;
        set({ status: "preparing", progress: "joining", startedAt });
        const call = await created.call(target, start);
        if (mine === attempt) follow(call, mine, startedAt);
      } catch (error) {
        if (mine !== attempt) return;
        attempt += 1;
        const failure = describeCallingFailure(error);
        log.add(`Call: failed with ${failure.code}`, failure.references[0]?.value);
        set({ status: "failed", failure, durationMs: now() - startedAt });
        await dispose();
      }
    },
    async leave() {
      const leaving = state;
      attempt += 1;
      if (leaving.status === "in-call") {
        log.add("Call: left");
        set({ status: "ended", words: "You left the call." });
        await leaving.call.hangUp().catch(() => {});
      } else if (leaving.status === "preparing") {
        log.add("Call: cancelled");
        set({ status: "idle" });
      }
      await dispose();
    },
  };
}

// The calls of the signed-in user, one after the other. Loads the SDK on the first click, and creates and disposes an agent for
// each call. The SDK refuses a second agent at the same time (409/40228), so each agent waits until the last one is disposed.
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import type { Failure } from "@teams-token-exchange/client/failure";
import type { EventLog } from "../session/event-log.ts";
import { describeCallEnd } from "./call-end.ts";
import type { CallTarget } from "./call-target.ts";
import type { CallingAgent, CallingSdk, CallSnapshot, CallStart, LiveCall } from "./calling.ts";
import { describeCallingFailure } from "./calling-failure.ts";

/** The steps of joining a call. */
export type CallProgress = "loading" | "connecting" | "joining";

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

export interface CallSessionOptions {
  readonly loadSdk: () => Promise<CallingSdk>;
  readonly createCredential: () => Promise<AzureCommunicationTokenCredential>;
  /** Stops refreshing the token when no call needs it any more. */
  readonly stopRefreshing: () => void;
  readonly log: EventLog;
  readonly now?: () => number;
}

/** The calls of a page; `state` and `subscribe` are made for `useSyncExternalStore`. */
export interface CallSession {
  state(): CallState;
  subscribe(listener: () => void): () => void;
  /** Starts a call. Does nothing during a call. Never rejects. */
  join(target: CallTarget, start: CallStart): Promise<void>;
  /** Leaves the call, or stops joining it. Resolves when everything is disposed; never rejects. */
  leave(): Promise<void>;
}

export function createCallSession(options: CallSessionOptions): CallSession {
  const { loadSdk, createCredential, stopRefreshing, log, now = () => performance.now() } = options;
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

  /** Creates an agent for this attempt. Resolves to undefined if the attempt was cancelled meanwhile. */
  async function connect(mine: number, startedAt: number): Promise<CallingAgent | undefined> {
    set({ status: "preparing", progress: "loading", startedAt });
    const sdk = await loadSdk();
    if (mine !== attempt) return undefined;
    set({ status: "preparing", progress: "connecting", startedAt });
    await disposal;
    const credential = await createCredential();
    if (mine !== attempt) {
      credential.dispose();
      return undefined;
    }
    // If the attempt is cancelled from now on, its agent must be disposed before the next one is created.
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

  /** How long it took to join; measured once. */
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
        ? { status: "ended", text: ending.text }
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
        set({ status: "ended", text: "You left the call." });
        await leaving.call.hangUp().catch(() => {});
      } else if (leaving.status === "preparing") {
        log.add("Call: cancelled");
        set({ status: "idle" });
      }
      await dispose();
    },
  };
}

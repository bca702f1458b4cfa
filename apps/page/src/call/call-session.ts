// The calls of the signed-in user: one in front, others on hold, and those that ring. Loads the SDK on the first click. The agent
// exists while there is a call or the user wants to receive calls, and is disposed afterwards.
import type { CallingService } from "@teams-token-exchange/client";
import type { EventLog } from "../session/event-log.ts";
import { type AgentKeeperOptions, createAgentKeeper } from "./agent-keeper.ts";
import { describeCallEnd } from "./call-end.ts";
import {
  type CallSession,
  type CallState,
  type CallsState,
  canBeHeld,
  noCalls,
  type OtherCall,
} from "./call-session-types.ts";
import { titleOf } from "./call-target.ts";
import type { CallingAgent, CallSnapshot, LiveCall } from "./calling.ts";
import { describeCallingFailure } from "./calling-failure.ts";
import { createReceiving } from "./receiving.ts";
import { createRings } from "./rings.ts";

export interface CallSessionOptions
  extends Pick<AgentKeeperOptions, "loadSdk" | "createCredential" | "stopRefreshing"> {
  readonly log: EventLog;
  /** Whom the texts about failures blame. */
  readonly calling: CallingService;
  readonly now?: () => number;
}

/** A call that was started or accepted here. */
interface Line {
  readonly id: number;
  readonly title: string;
  readonly call: LiveCall;
  readonly startedAt: number;
  durationMs?: number;
}

const left = "You left the call.";

export function createCallSession(options: CallSessionOptions): CallSession {
  const { log, calling, now = () => performance.now() } = options;
  const listeners = new Set<() => void>();
  let state = noCalls;
  let ids = 0;
  /** Changes when an attempt to get a call ends, so that a late outcome changes nothing. */
  let attempt = 0;
  let front: Line | undefined;
  let waiting: readonly Line[] = [];

  const rings = createRings({ log, onChange: (ringing) => set({ ringing }), onMissed: notify });
  const keeper = createAgentKeeper({
    ...options,
    onCreated(agent) {
      agent.onIncomingCall(rings.add);
      receiving.watch(agent);
    },
    onProgress(progress) {
      const { call } = state;
      if (call.status === "preparing") set({ call: { ...call, progress } });
    },
    onUncleanDisposal: () => log.add("Call: the agent was not disposed cleanly"),
  });

  const receiving = createReceiving({
    log,
    calling,
    getAgent: keeper.get,
    onChange: (next) => set({ receiving: next }),
    onStopped: releaseIfUnused,
  });

  function set(change: Partial<CallsState>): void {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  }

  function notify(text: string): void {
    set({ notices: [...state.notices, { id: ++ids, text }] });
  }

  async function releaseIfUnused(): Promise<void> {
    if (receiving.isOn() || state.call.status === "preparing" || front !== undefined || waiting.length > 0) return;
    rings.clear();
    await keeper.release();
  }

  /** Gets a call with the agent, and shows how that went. */
  async function begin(title: string, connect: (agent: CallingAgent) => Promise<LiveCall>): Promise<void> {
    const mine = ++attempt;
    const startedAt = now();
    set({ call: { status: "preparing", progress: "loading", startedAt } });
    try {
      const agent = await keeper.get();
      if (mine !== attempt || agent === undefined) return;
      set({ call: { status: "preparing", progress: "joining", startedAt } });
      const call = await connect(agent);
      if (mine === attempt) follow({ id: ++ids, title, call, startedAt });
      else await call.hangUp().catch(() => {});
    } catch (error) {
      if (mine !== attempt) return;
      attempt += 1;
      const failure = describeCallingFailure(error, calling);
      log.add(`Call: failed with ${failure.code}`, failure.references[0]?.value);
      set({ call: { status: "failed", failure, durationMs: now() - startedAt } });
      await releaseIfUnused();
    }
  }

  function follow(line: Line): void {
    front = line;
    const changed = () => {
      if (line !== front && !waiting.includes(line)) return;
      const snapshot = line.call.snapshot();
      if (snapshot.phase === "disconnected") ended(line, snapshot);
      else if (line === front) set({ call: inCall(line, snapshot) });
    };
    line.call.subscribe(changed);
    changed();
  }

  function inCall(line: Line, snapshot: CallSnapshot): CallState {
    if (line.durationMs === undefined && snapshot.phase === "connected") {
      line.durationMs = now() - line.startedAt;
      log.add(`Call: connected in ${Math.round(line.durationMs)} ms`);
    }
    const { call, startedAt, durationMs } = line;
    return { status: "in-call", call, snapshot, startedAt, ...(durationMs === undefined ? {} : { durationMs }) };
  }

  function ended(line: Line, { end = { code: 0, subCode: 0 } }: CallSnapshot): void {
    log.add(`Call: ended with ${end.code}/${end.subCode}`);
    const ending = describeCallEnd(end, calling);
    if (line !== front) {
      setWaiting(waiting.filter((other) => other !== line));
      notify(`${line.title}: ${ending.expected ? ending.text : ending.failure.title}`);
    } else if (ending.expected) goOn({ status: "ended", text: ending.text });
    else goOn({ status: "failed", failure: ending.failure, durationMs: now() - line.startedAt });
    void releaseIfUnused();
  }

  /** After the call in front: shows the latest waiting call, which is still on hold, or else the outcome. */
  function goOn(outcome: CallState): void {
    attempt += 1;
    front = waiting.at(-1);
    if (front === undefined) {
      set({ call: outcome });
      return;
    }
    setWaiting(waiting.slice(0, -1));
    if (outcome.status === "ended") notify(outcome.text);
    if (outcome.status === "failed") notify(outcome.failure.title);
    set({ call: inCall(front, front.call.snapshot()) });
  }

  function setWaiting(lines: readonly Line[]): void {
    waiting = lines;
    set({ waiting: lines.map(({ id, title }) => ({ id, title })) });
  }

  /** Takes the call in front out of the way of another one. False if that is not possible; then it stays in front. */
  async function putAside(other: OtherCall): Promise<boolean> {
    const line = front;
    if (line === undefined) return true;
    const { phase, heldBy } = line.call.snapshot();
    // A call that is not connected cannot be held.
    if (other === "leave" || !canBeHeld(phase)) {
      front = undefined;
      await hangUp(line);
      return true;
    }
    try {
      if (heldBy !== "me") await line.call.setHeld(true);
    } catch (error) {
      notify(describeCallingFailure(error, calling).title);
      return false;
    }
    // It can have ended meanwhile.
    if (front !== line) return true;
    front = undefined;
    setWaiting([...waiting, line]);
    return true;
  }

  async function hangUp({ call }: Line, forEveryone = false): Promise<void> {
    log.add("Call: left");
    await call.hangUp(forEveryone).catch(() => {});
  }

  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async join(target, start) {
      if (state.call.status === "preparing" || state.call.status === "in-call") return;
      log.add("Call: started");
      await begin(titleOf(target), (agent) => agent.call(target, start));
    },
    async leave(forEveryone) {
      const line = front;
      if (line !== undefined) {
        goOn({ status: "ended", text: left });
        await hangUp(line, forEveryone);
      } else if (state.call.status === "preparing") {
        attempt += 1;
        log.add("Call: cancelled");
        set({ call: { status: "idle" } });
      }
      await releaseIfUnused();
    },
    receive: receiving.start,
    stopReceiving: receiving.stop,
    async accept(id, start, other) {
      const title = rings.callerOf(id);
      if (title === undefined || !(await putAside(other))) return;
      const call = rings.take(id);
      if (call === undefined && front === undefined) goOn({ status: "ended", text: "The call stopped ringing." });
      if (call === undefined) return;
      log.add("Call: accepted");
      await begin(title, () => call.accept(start));
    },
    async decline(id) {
      const call = rings.take(id);
      log.add("Call: declined");
      await call?.reject().catch(() => {});
    },
    async switchTo(id) {
      const line = waiting.find((candidate) => candidate.id === id);
      if (line === undefined || !(await putAside("hold"))) return;
      setWaiting(waiting.filter((other) => other !== line));
      front = line;
      set({ call: inCall(line, line.call.snapshot()) });
      await line.call.setHeld(false).catch((error: unknown) => notify(describeCallingFailure(error, calling).title));
    },
    dismiss: (id) => set({ notices: state.notices.filter((notice) => notice.id !== id) }),
    async close() {
      const lines = [...waiting, ...(front ? [front] : [])];
      attempt += 1;
      front = undefined;
      waiting = [];
      rings.clear();
      set({ ...noCalls, call: lines.length > 0 ? { status: "ended", text: left } : noCalls.call });
      await Promise.all(lines.map((line) => hangUp(line)));
      // Releases the agent too.
      await receiving.stop();
    },
  };
}

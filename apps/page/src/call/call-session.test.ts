import { describe, expect, it } from "vitest";
import { createEventLog } from "../event-log/event-log.ts";
import { createCallSession } from "./call-session.ts";
import type { CallingAgent, CallPhase, CallSnapshot, CallStart, LiveCall } from "./calling.ts";
import { SdkNotLoadedError } from "./calling-failure.ts";

const target = { kind: "meeting-link", meetingLink: "https://teams.microsoft.com/meet/1" } as const;
const start: CallStart = { muted: false, cameraOn: false };

/** A calling service whose every step the test takes itself. */
function service() {
  const events: string[] = [];
  let agents = 0;
  let change = () => {};
  let snapshot: CallSnapshot = {
    phase: "connecting",
    muted: false,
    cameraOn: false,
    screenSharing: false,
    participants: [],
    lobby: [],
  };
  const call: LiveCall = {
    snapshot: () => snapshot,
    subscribe: (listener) => {
      change = listener;
      return () => {};
    },
    devices: async () => ({ cameras: [], microphones: [], speakers: [] }),
    setMuted: async () => {},
    setCamera: async () => {},
    selectMicrophone: async () => {},
    selectSpeaker: async () => {},
    setScreenSharing: async () => {},
    admit: async () => {},
    attachVideo: async () => () => {},
    hangUp: async () => void events.push("hung up"),
  };
  let gate: Promise<void> = Promise.resolve();
  let failing: unknown;
  const session = createCallSession({
    loadSdk: async () => {
      events.push("SDK loaded");
      return {
        async createAgent() {
          const id = ++agents;
          events.push(`agent ${id} created`);
          await gate;
          if (failing !== undefined) throw failing;
          const agent: CallingAgent = {
            call: async () => call,
            dispose: async () => void events.push(`agent ${id} disposed`),
          };
          return agent;
        },
      };
    },
    credentialOptions: async () => ({
      token: { token: "t", expiresOnTimestamp: 0, requestId: undefined },
      tokenRefresher: async () => ({ token: "t", expiresOnTimestamp: 0, requestId: undefined }),
      refreshProactively: true,
    }),
    stopRefreshing: () => void events.push("refresh stopped"),
    log: createEventLog(),
    now: () => 100,
  });
  return {
    session,
    events,
    become(phase: CallPhase, end?: CallSnapshot["end"]) {
      snapshot = { ...snapshot, phase, ...(end === undefined ? {} : { end }) };
      change();
    },
    fail: (error: unknown) => {
      failing = error;
    },
    /** Holds the creation of agents until the returned function is called. */
    hold: () => {
      let open = () => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return () => {
        gate = Promise.resolve();
        open();
      };
    },
  };
}

/** Lets everything happen that waits for nothing but itself. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("createCallSession", () => {
  it("loads the SDK and creates an agent only when somebody joins", async () => {
    const { session, events } = service();
    expect(events).toEqual([]);
    await session.join(target, start);
    expect(events).toEqual(["SDK loaded", "agent 1 created"]);
    expect(session.state()).toMatchObject({ status: "in-call", snapshot: { phase: "connecting" } });
  });

  it("passes through the lobby into the call and says how long it took", async () => {
    const { session, become } = service();
    await session.join(target, start);
    become("lobby");
    expect(session.state()).toMatchObject({ snapshot: { phase: "lobby" } });
    expect(session.state()).not.toHaveProperty("durationMs");
    become("connected");
    expect(session.state()).toMatchObject({ snapshot: { phase: "connected" }, durationMs: 0 });
  });

  it("leaves by hanging up, stops refreshing, then disposes the agent", async () => {
    const { session, become, events } = service();
    await session.join(target, start);
    become("connected");
    await session.leave();
    expect(events.slice(2)).toEqual(["hung up", "refresh stopped", "agent 1 disposed"]);
    expect(session.state()).toEqual({ status: "ended", words: "You left the call." });
  });

  it("says in words why a call ended, and disposes the agent", async () => {
    const { session, become, events } = service();
    await session.join(target, start);
    become("disconnected", { code: 0, subCode: 5300 });
    await settle();
    expect(session.state()).toEqual({ status: "ended", words: "Another participant removed you from the meeting." });
    expect(events.at(-1)).toBe("agent 1 disposed");
  });

  it("shows an end that nobody wanted as a failure, after which joining works again", async () => {
    const { session, become, events } = service();
    await session.join(target, start);
    become("disconnected", { code: 490, subCode: 4525 });
    expect(session.state()).toMatchObject({ status: "failed", failure: { code: "490/4525", action: "retry" } });
    become("connecting");
    await session.join(target, start);
    expect(session.state().status).toBe("in-call");
    expect(events.indexOf("agent 1 disposed")).toBeLessThan(events.indexOf("agent 2 created"));
  });

  it("shows why no agent could be created", async () => {
    const { session, fail } = service();
    fail({ code: 403, subCode: 40_231 });
    await session.join(target, start);
    expect(session.state()).toMatchObject({ status: "failed", failure: { code: "403/40231" } });
  });

  it("cancels while connecting: idle at once, the late agent disposed before the next is created", async () => {
    const { session, events, hold } = service();
    const release = hold();
    const first = session.join(target, start);
    await settle();
    const leaving = session.leave();
    expect(session.state()).toEqual({ status: "idle" });
    const second = session.join(target, start);
    await settle();
    expect(events).not.toContain("agent 2 created");
    release();
    await Promise.all([first, leaving, second]);
    expect(events.indexOf("agent 1 disposed")).toBeLessThan(events.indexOf("agent 2 created"));
    expect(session.state().status).toBe("in-call");
  });

  it("keeps quiet about the failure of an attempt that was cancelled", async () => {
    const { session, hold, fail } = service();
    const release = hold();
    const joining = session.join(target, start);
    await settle();
    fail({ code: 408, subCode: 40_104 });
    const leaving = session.leave();
    release();
    await Promise.all([joining, leaving]);
    expect(session.state()).toEqual({ status: "idle" });
  });

  it("begins no second call while one is under way", async () => {
    const { session, events } = service();
    await Promise.all([session.join(target, start), session.join(target, start)]);
    await session.join(target, start);
    expect(events.filter((event) => event.includes("created"))).toEqual(["agent 1 created"]);
  });

  it("says that the SDK could not be loaded, and tries again when asked", async () => {
    let broken = true;
    const session = createCallSession({
      loadSdk: async () => {
        if (broken) throw new SdkNotLoadedError("no");
        throw new Error("loaded");
      },
      credentialOptions: () => Promise.reject(new Error("not reached")),
      stopRefreshing: () => {},
      log: createEventLog(),
    });
    await session.join(target, start);
    expect(session.state()).toMatchObject({ status: "failed", failure: { code: "calling-sdk-not-loaded" } });
    broken = false;
    await session.join(target, start);
    expect(session.state()).toMatchObject({ status: "failed", failure: { code: "client-error" } });
  });
});

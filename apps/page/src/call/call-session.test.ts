import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import { describe, expect, it } from "vitest";
import { createEventLog } from "../session/event-log.ts";
import { createCallSession } from "./call-session.ts";
import type { CallingAgent, CallPhase, CallSnapshot, CallStart } from "./calling.ts";
import { SdkNotLoadedError } from "./calling-failure.ts";
import { emptySnapshot, fakeLiveCall } from "./fake-live-call.ts";

const target = { kind: "meeting-link", meetingLink: "https://teams.microsoft.com/meet/1" } as const;
const start: CallStart = { muted: false, cameraOn: false };

/** A calling service that the test controls step by step. */
function setUp() {
  const events: string[] = [];
  let agents = 0;
  let change = () => {};
  let snapshot: CallSnapshot = { ...emptySnapshot, phase: "connecting" };
  const call = fakeLiveCall({
    snapshot: () => snapshot,
    subscribe: (listener) => {
      change = listener;
      return () => {};
    },
    hangUp: async () => void events.push("hung up"),
  });
  const credentials: AzureCommunicationTokenCredential[] = [];
  let gate: Promise<void> = Promise.resolve();
  let credentialGate: Promise<void> = Promise.resolve();
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
            onIncomingCall: () => {},
            onConnection: () => {},
            dispose: async () => void events.push(`agent ${id} disposed`),
          };
          return agent;
        },
      };
    },
    async createCredential() {
      const credential = new AzureCommunicationTokenCredential({
        token: "t",
        expiresOnTimestamp: Date.now() + 3_600_000,
      });
      credentials.push(credential);
      await credentialGate;
      return credential;
    },
    stopRefreshing: () => void events.push("refresh stopped"),
    log: createEventLog(),
    now: () => 100,
  });
  return {
    session,
    events,
    credentials,
    holdCredential: () => {
      let open = () => {};
      credentialGate = new Promise((resolve) => {
        open = resolve;
      });
      return () => open();
    },
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

/** Waits until nothing happens any more without the test. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("createCallSession", () => {
  it("loads the SDK and creates an agent only when the user joins", async () => {
    const { session, events } = setUp();
    expect(events).toEqual([]);
    await session.join(target, start);
    expect(events).toEqual(["SDK loaded", "agent 1 created"]);
    expect(session.state()).toMatchObject({ status: "in-call", snapshot: { phase: "connecting" } });
  });

  it("goes through the lobby into the call and measures how long it took", async () => {
    const { session, become } = setUp();
    await session.join(target, start);
    become("lobby");
    expect(session.state()).toMatchObject({ snapshot: { phase: "lobby" } });
    expect(session.state()).not.toHaveProperty("durationMs");
    become("connected");
    expect(session.state()).toMatchObject({ snapshot: { phase: "connected" }, durationMs: 0 });
  });

  it("hangs up, stops refreshing, and then disposes the agent", async () => {
    const { session, become, events } = setUp();
    await session.join(target, start);
    become("connected");
    await session.leave();
    expect(events.slice(2)).toEqual(["hung up", "refresh stopped", "agent 1 disposed"]);
    expect(session.state()).toEqual({ status: "ended", text: "You left the call." });
  });

  it("describes why a call ended, and disposes the agent", async () => {
    const { session, become, events } = setUp();
    await session.join(target, start);
    become("disconnected", { code: 0, subCode: 5300 });
    await settle();
    expect(session.state()).toEqual({ status: "ended", text: "Another participant removed you from the meeting." });
    expect(events.at(-1)).toBe("agent 1 disposed");
  });

  it("shows an unexpected end as a failure, after which joining works again", async () => {
    const { session, become, events } = setUp();
    await session.join(target, start);
    become("disconnected", { code: 490, subCode: 4525 });
    expect(session.state()).toMatchObject({ status: "failed", failure: { code: "490/4525", action: "retry" } });
    become("connecting");
    await session.join(target, start);
    expect(session.state().status).toBe("in-call");
    expect(events.indexOf("agent 1 disposed")).toBeLessThan(events.indexOf("agent 2 created"));
  });

  it("shows why no agent could be created", async () => {
    const { session, fail } = setUp();
    fail({ code: 403, subCode: 40_231 });
    await session.join(target, start);
    expect(session.state()).toMatchObject({ status: "failed", failure: { code: "403/40231" } });
  });

  it("is idle immediately after a cancel, and disposes the late agent before it creates the next one", async () => {
    const { session, events, hold } = setUp();
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

  it("disposes a credential that arrives after the user cancelled", async () => {
    const { session, events, credentials, holdCredential } = setUp();
    const release = holdCredential();
    const joining = session.join(target, start);
    await settle();
    await session.leave();
    release();
    await joining;
    expect(events.filter((event) => event.includes("created"))).toEqual([]);
    await expect(credentials[0]?.getToken()).rejects.toThrow();
  });

  it("does not show the failure of an attempt that was cancelled", async () => {
    const { session, hold, fail } = setUp();
    const release = hold();
    const joining = session.join(target, start);
    await settle();
    fail({ code: 408, subCode: 40_104 });
    const leaving = session.leave();
    release();
    await Promise.all([joining, leaving]);
    expect(session.state()).toEqual({ status: "idle" });
  });

  it("starts no second call during a call", async () => {
    const { session, events } = setUp();
    await Promise.all([session.join(target, start), session.join(target, start)]);
    await session.join(target, start);
    expect(events.filter((event) => event.includes("created"))).toEqual(["agent 1 created"]);
  });

  it("reports that the SDK could not be loaded, and tries again when the user joins again", async () => {
    let broken = true;
    const session = createCallSession({
      loadSdk: async () => {
        if (broken) throw new SdkNotLoadedError("no");
        throw new Error("loaded");
      },
      createCredential: () => Promise.reject(new Error("not reached")),
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

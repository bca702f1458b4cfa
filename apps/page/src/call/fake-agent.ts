// For tests: a calling service that the test controls step by step.
import { AzureCommunicationTokenCredential } from "@azure/communication-common";
import { createEventLog } from "../session/event-log.ts";
import { createCallSession } from "./call-session.ts";
import type {
  AgentConnection,
  CallEnd,
  CallingAgent,
  CallPhase,
  CallSnapshot,
  CallStart,
  IncomingCall,
  LiveCall,
} from "./calling.ts";
import { emptySnapshot, fakeLiveCall } from "./fake-live-call.ts";

/** A meeting to join. */
export const target = { kind: "meeting-link", meetingLink: "https://teams.microsoft.com/meet/1" } as const;
/** How the user joins it. */
export const start: CallStart = { muted: false, cameraOn: false };
/** The end of a call that rang and that nobody accepted. */
export const missed = { code: 487, subCode: 0 };

/** A call of the fake: what the session sees, and how the test changes it. */
export interface FakeCall {
  readonly live: LiveCall;
  become(phase: CallPhase, end?: CallEnd): void;
}

/** A session with a fake SDK. `events` has everything that the session asked of it, in order. */
export function setUpSession() {
  const events: string[] = [];
  const calls: FakeCall[] = [];
  const credentials: AzureCommunicationTokenCredential[] = [];
  let agents = 0;
  let gate: Promise<void> = Promise.resolve();
  let credentialGate: Promise<void> = Promise.resolve();
  let failing: unknown;
  let acceptFails: unknown;
  let holdFails: unknown;
  let ring: (call: IncomingCall) => void = () => {};
  let connect: (connection: AgentConnection) => void = () => {};

  function fakeCall(): FakeCall {
    const name = `call ${calls.length + 1}`;
    let change = () => {};
    let snapshot: CallSnapshot = { ...emptySnapshot, phase: "connecting" };
    const become = (phase: CallPhase, end?: CallEnd) => {
      snapshot = { ...snapshot, phase, ...(end === undefined ? {} : { end }) };
      change();
    };
    const live = fakeLiveCall({
      snapshot: () => snapshot,
      subscribe: (listener) => {
        change = listener;
        return () => {};
      },
      setHeld: async (held) => {
        if (holdFails !== undefined) throw holdFails;
        events.push(`${name} ${held ? "held" : "resumed"}`);
        become(held ? "held" : "connected");
      },
      hangUp: async (forEveryone) => void events.push(`${name} hung up${forEveryone ? " for everyone" : ""}`),
    });
    const call = { live, become };
    calls.push(call);
    return call;
  }

  async function createAgent(): Promise<CallingAgent> {
    const id = ++agents;
    events.push(`agent ${id} created`);
    await gate;
    if (failing !== undefined) throw failing;
    return {
      call: async () => fakeCall().live,
      onIncomingCall: (listener) => {
        ring = listener;
      },
      onConnection: (listener) => {
        connect = listener;
      },
      dispose: async () => void events.push(`agent ${id} disposed`),
    };
  }

  const session = createCallSession({
    loadSdk: async () => {
      events.push("SDK loaded");
      return { createAgent };
    },
    async createCredential() {
      const expiresOnTimestamp = Date.now() + 3_600_000;
      const credential = new AzureCommunicationTokenCredential({ token: "t", expiresOnTimestamp });
      credentials.push(credential);
      await credentialGate;
      return credential;
    },
    stopRefreshing: () => void events.push("refresh stopped"),
    calling: { kind: "azure" },
    log: createEventLog(),
    now: () => 100,
  });

  return {
    session,
    events,
    calls,
    credentials,
    /** Lets a call ring. The returned function lets it stop ringing. */
    ring(id: string, caller = "Bruno"): (end: CallEnd) => void {
      let ended: (end: CallEnd) => void = () => {};
      ring({
        id,
        caller,
        accept: async () => {
          if (acceptFails !== undefined) throw acceptFails;
          events.push(`${id} accepted`);
          return fakeCall().live;
        },
        reject: async () => void events.push(`${id} declined`),
        onEnded: (listener) => {
          ended = listener;
        },
      });
      return (end) => ended(end);
    },
    connect: (connection: AgentConnection) => connect(connection),
    /** Lets the creation of agents fail; undefined lets it succeed again. */
    fail: (error: unknown) => {
      failing = error;
    },
    failAccept: (error: unknown) => {
      acceptFails = error;
    },
    failHold: (error: unknown) => {
      holdFails = error;
    },
    /** Holds the creation of agents until the returned function is called. */
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = Promise.resolve();
        resolve();
      };
    },
    holdCredential: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      credentialGate = promise;
      return resolve;
    },
  };
}

/** Waits until nothing happens any more without the test. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

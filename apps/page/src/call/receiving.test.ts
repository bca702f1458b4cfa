// Calls that ring, and calls that wait while another one is in front.
import { describe, expect, it } from "vitest";
import type { CallStart } from "./calling.ts";
import { settle, setUpSession as setUp } from "./fake-agent.ts";

const target = { kind: "meeting-link", meetingLink: "https://teams.microsoft.com/meet/1" } as const;
const start: CallStart = { muted: false, cameraOn: false };
const missed = { code: 487, subCode: 0 };

describe("receiving calls", () => {
  it("creates an agent only when the user asks for it, and is on when the agent is connected", async () => {
    const { session, events, connect } = setUp();
    expect(events).toEqual([]);
    const receiving = session.receive();
    expect(session.state().receiving).toEqual({ status: "starting" });
    await receiving;
    expect(session.state().receiving).toEqual({ status: "starting" });
    connect("connected");
    expect(session.state().receiving).toEqual({ status: "on" });
    expect(session.state().call).toEqual({ status: "idle" });
  });

  it("uses one agent for several calls, and keeps it between them", async () => {
    const { session, events } = setUp();
    await Promise.all([session.receive(), session.join(target, start)]);
    await session.leave();
    await session.join(target, start);
    await session.leave();
    expect(events.filter((event) => event.startsWith("agent"))).toEqual(["agent 1 created"]);
    await session.stopReceiving();
    expect(events.at(-1)).toBe("agent 1 disposed");
  });

  it("keeps the agent of a call if the user stops receiving, and disposes it after the call", async () => {
    const { session, events } = setUp();
    await session.receive();
    await session.join(target, start);
    await session.stopReceiving();
    expect(events).not.toContain("agent 1 disposed");
    await session.leave();
    expect(events.at(-1)).toBe("agent 1 disposed");
  });

  it("starts during a call with the agent of the call", async () => {
    const { session, events, connect } = setUp();
    await session.join(target, start);
    connect("connected");
    await session.receive();
    expect(session.state().receiving).toEqual({ status: "on" });
    expect(events.filter((event) => event.includes("created"))).toEqual(["agent 1 created"]);
  });

  it("says that it lost the connection, and that it has it again", async () => {
    const { session, connect } = setUp();
    await session.receive();
    connect("lost");
    expect(session.state().receiving).toEqual({ status: "lost" });
    connect("connected");
    expect(session.state().receiving).toEqual({ status: "on" });
  });

  it("says that the token was refused, disposes the agent, and can start again with a new one", async () => {
    const { session, events, connect } = setUp();
    await session.receive();
    connect("refused");
    await settle();
    expect(session.state().receiving).toMatchObject({ status: "failed", failure: { code: "invalidToken" } });
    expect(events.at(-1)).toBe("agent 1 disposed");
    await session.receive();
    expect(events.at(-1)).toBe("agent 2 created");
  });

  it("shows why no agent could be created", async () => {
    const { session, fail } = setUp();
    fail({ code: 409, subCode: 40_228 });
    await session.receive();
    expect(session.state().receiving).toMatchObject({ status: "failed", failure: { code: "409/40228" } });
  });

  it("continues if the user cancels a call for which the agent was still being created", async () => {
    const { session, events, hold } = setUp();
    const release = hold();
    const both = Promise.all([session.receive(), session.join(target, start)]);
    await settle();
    await session.leave();
    release();
    await both;
    expect(session.state()).toMatchObject({ call: { status: "idle" }, receiving: { status: "starting" } });
    expect(events).not.toContain("agent 1 disposed");
  });

  it("disposes an agent that is created after the user stopped receiving", async () => {
    const { session, events, hold } = setUp();
    const release = hold();
    const receiving = session.receive();
    await settle();
    const stopping = session.stopReceiving();
    release();
    await Promise.all([receiving, stopping]);
    expect(events.at(-1)).toBe("agent 1 disposed");
    expect(session.state().receiving).toEqual({ status: "off" });
  });
});

describe("a call that rings", () => {
  it("is accepted", async () => {
    const { session, events, ring } = setUp();
    await session.receive();
    ring("ring 1");
    expect(session.state().ringing).toEqual([{ id: "ring 1", caller: "Bruno" }]);
    await session.accept("ring 1", start, "hold");
    expect(events.at(-1)).toBe("ring 1 accepted");
    expect(session.state()).toMatchObject({ ringing: [], call: { status: "in-call" } });
  });

  it("is declined, and its end is no news", async () => {
    const { session, events, ring } = setUp();
    await session.receive();
    const stop = ring("ring 1");
    await session.decline("ring 1");
    stop({ code: 487, subCode: 10_024 });
    expect(events.at(-1)).toBe("ring 1 declined");
    expect(session.state()).toMatchObject({ ringing: [], notices: [], call: { status: "idle" } });
  });

  it.each([
    [missed, "You missed a call from Bruno."],
    [{ code: 487, subCode: 10_004 }, "You missed a call from Bruno."],
    [{ code: 487, subCode: 10_003 }, "The call from Bruno was answered on another device."],
    [{ code: 603, subCode: 0 }, "The call from Bruno was declined on another device."],
  ])("that ends with %o leaves a notice, which the user can dismiss", async (end, text) => {
    const { session, ring } = setUp();
    await session.receive();
    ring("ring 1")(end);
    const { notices, ringing } = session.state();
    expect(ringing).toEqual([]);
    expect(notices).toEqual([{ id: expect.any(Number), text }]);
    session.dismiss(notices[0]?.id ?? 0);
    expect(session.state().notices).toEqual([]);
  });

  it("shows why it could not be accepted", async () => {
    const { session, ring, failAccept } = setUp();
    await session.receive();
    ring("ring 1");
    failAccept({ code: 400, subCode: 41_006 });
    await session.accept("ring 1", start, "hold");
    expect(session.state().call).toMatchObject({ status: "failed", failure: { code: "400/41006" } });
  });

  it("without a name of the caller is a call of someone", async () => {
    const { session, ring } = setUp();
    await session.receive();
    ring("ring 1", "");
    expect(session.state().ringing).toEqual([{ id: "ring 1", caller: "Someone" }]);
  });
});

describe("a second call", () => {
  async function inCall() {
    const all = setUp();
    await all.session.join(target, start);
    all.calls[0]?.become("connected");
    return all;
  }

  it("can be accepted while the first one is held, and the first one comes back afterwards", async () => {
    const { session, events, calls, ring } = await inCall();
    ring("ring 1");
    await session.accept("ring 1", start, "hold");
    expect(events.slice(-2)).toEqual(["call 1 held", "ring 1 accepted"]);
    expect(session.state().waiting).toEqual([{ id: expect.any(Number), title: "The meeting" }]);
    calls[1]?.become("connected");
    calls[1]?.become("disconnected", { code: 0, subCode: 0 });
    expect(session.state()).toMatchObject({ waiting: [], call: { status: "in-call", snapshot: { phase: "held" } } });
    expect(session.state().notices).toMatchObject([{ text: "The call has ended." }]);
  });

  it("can be accepted while the first one is left", async () => {
    const { session, events, ring } = await inCall();
    ring("ring 1");
    await session.accept("ring 1", start, "leave");
    expect(events.slice(-2)).toEqual(["call 1 hung up", "ring 1 accepted"]);
    expect(session.state()).toMatchObject({ waiting: [], call: { status: "in-call" } });
  });

  it("ends the first one if that is not connected yet", async () => {
    const { session, events, calls, ring } = await inCall();
    calls[0]?.become("ringing");
    ring("ring 1");
    await session.accept("ring 1", start, "hold");
    expect(events.slice(-2)).toEqual(["call 1 hung up", "ring 1 accepted"]);
    expect(session.state().waiting).toEqual([]);
  });

  it("keeps ringing if the first one cannot be held", async () => {
    const { session, events, ring, failHold } = await inCall();
    ring("ring 1");
    failHold({ code: 500, subCode: 41_033 });
    await session.accept("ring 1", start, "hold");
    expect(events).not.toContain("ring 1 accepted");
    expect(session.state()).toMatchObject({ ringing: [{ id: "ring 1" }], call: { status: "in-call" } });
    expect(session.state().notices).toHaveLength(1);
  });

  it("and the first one can change places", async () => {
    const { session, events, ring, calls } = await inCall();
    ring("ring 1", "Chen");
    await session.accept("ring 1", start, "hold");
    calls[1]?.become("connected");
    await session.switchTo(session.state().waiting[0]?.id ?? 0);
    expect(events.slice(-2)).toEqual(["call 2 held", "call 1 resumed"]);
    expect(session.state()).toMatchObject({ waiting: [{ title: "Chen" }], call: { snapshot: { phase: "connected" } } });
  });

  it("leaves a notice if it ends while it waits", async () => {
    const { session, ring, calls } = await inCall();
    ring("ring 1");
    await session.accept("ring 1", start, "hold");
    calls[0]?.become("disconnected", { code: 0, subCode: 4097 });
    expect(session.state().waiting).toEqual([]);
    expect(session.state().notices).toMatchObject([
      { text: "The meeting: The organizer ended the meeting for everyone." },
    ]);
  });

  it("that stops ringing while the first one is being held brings the first one back", async () => {
    const { session, ring, calls } = await inCall();
    const stop = ring("ring 1");
    const hold = calls[0]?.live.setHeld;
    Object.assign(calls[0]?.live ?? {}, {
      setHeld: async (held: boolean) => {
        await hold?.(held);
        stop(missed);
      },
    });
    await session.accept("ring 1", start, "hold");
    expect(session.state()).toMatchObject({ waiting: [], call: { status: "in-call", snapshot: { phase: "held" } } });
  });

  it("ends with the first one at sign-out: all hang up, then the agent is disposed", async () => {
    const { session, events, ring } = await inCall();
    await session.receive();
    ring("ring 1");
    await session.accept("ring 1", start, "hold");
    ring("ring 2");
    await session.close();
    expect(events.slice(-4)).toEqual(["call 1 hung up", "call 2 hung up", "refresh stopped", "agent 1 disposed"]);
    const { call, waiting, ringing, receiving } = session.state();
    expect({ call, waiting, ringing, receiving }).toEqual({
      call: { status: "ended", text: "You left the call." },
      waiting: [],
      ringing: [],
      receiving: { status: "off" },
    });
  });
});

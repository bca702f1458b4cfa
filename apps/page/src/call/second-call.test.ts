// Calls that wait while another one is in front.
import { describe, expect, it } from "vitest";
import { missed, setUpSession as setUp, start, target } from "./fake-agent.ts";

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

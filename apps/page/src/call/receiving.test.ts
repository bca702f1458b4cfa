// Calls that ring.
import { describe, expect, it } from "vitest";
import { missed, settle, setUpSession as setUp, start, target } from "./fake-agent.ts";

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

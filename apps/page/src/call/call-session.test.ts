import { describe, expect, it } from "vitest";
import { createEventLog } from "../session/event-log.ts";
import { createCallSession } from "./call-session.ts";
import type { CallStart } from "./calling.ts";
import { SdkNotLoadedError } from "./calling-failure.ts";
import { settle, setUpSession as setUp } from "./fake-agent.ts";

const target = { kind: "meeting-link", meetingLink: "https://teams.microsoft.com/meet/1" } as const;
const start: CallStart = { muted: false, cameraOn: false };

describe("a call", () => {
  it("loads the SDK and creates an agent only when the user joins", async () => {
    const { session, events } = setUp();
    expect(events).toEqual([]);
    await session.join(target, start);
    expect(events).toEqual(["SDK loaded", "agent 1 created"]);
    expect(session.state().call).toMatchObject({ status: "in-call", snapshot: { phase: "connecting" } });
  });

  it("goes through the lobby into the call and measures how long it took", async () => {
    const { session, calls } = setUp();
    await session.join(target, start);
    calls[0]?.become("lobby");
    expect(session.state().call).toMatchObject({ snapshot: { phase: "lobby" } });
    expect(session.state().call).not.toHaveProperty("durationMs");
    calls[0]?.become("connected");
    expect(session.state().call).toMatchObject({ snapshot: { phase: "connected" }, durationMs: 0 });
  });

  it("hangs up, stops refreshing, and then disposes the agent", async () => {
    const { session, calls, events } = setUp();
    await session.join(target, start);
    calls[0]?.become("connected");
    await session.leave();
    expect(events.slice(2)).toEqual(["call 1 hung up", "refresh stopped", "agent 1 disposed"]);
    expect(session.state().call).toEqual({ status: "ended", text: "You left the call." });
  });

  it("can be ended for everyone", async () => {
    const { session, events } = setUp();
    await session.join(target, start);
    await session.leave(true);
    expect(events).toContain("call 1 hung up for everyone");
  });

  it("describes why it ended, and disposes the agent", async () => {
    const { session, calls, events } = setUp();
    await session.join(target, start);
    calls[0]?.become("disconnected", { code: 0, subCode: 5300 });
    await settle();
    expect(session.state().call).toEqual({ status: "ended", text: "Another participant removed you from the call." });
    expect(events.at(-1)).toBe("agent 1 disposed");
  });

  it("shows an unexpected end as a failure, after which joining works again", async () => {
    const { session, calls, events } = setUp();
    await session.join(target, start);
    calls[0]?.become("disconnected", { code: 490, subCode: 4525 });
    expect(session.state().call).toMatchObject({ status: "failed", failure: { code: "490/4525", action: "retry" } });
    await session.join(target, start);
    expect(session.state().call.status).toBe("in-call");
    expect(events.indexOf("agent 1 disposed")).toBeLessThan(events.indexOf("agent 2 created"));
  });

  it("says why a revoked token ended it", async () => {
    const { session, calls } = setUp();
    await session.join(target, start);
    calls[0]?.become("disconnected", { code: 495, subCode: 4507 });
    expect(session.state().call).toMatchObject({
      failure: { code: "495/4507", cause: expect.stringMatching(/revoked/) },
    });
  });

  it("shows why no agent could be created", async () => {
    const { session, fail } = setUp();
    fail({ code: 403, subCode: 40_231 });
    await session.join(target, start);
    expect(session.state().call).toMatchObject({ status: "failed", failure: { code: "403/40231" } });
  });

  it("is idle immediately after a cancel, and disposes the late agent before it creates the next one", async () => {
    const { session, events, hold } = setUp();
    const release = hold();
    const first = session.join(target, start);
    await settle();
    const leaving = session.leave();
    expect(session.state().call).toEqual({ status: "idle" });
    const second = session.join(target, start);
    await settle();
    expect(events).not.toContain("agent 2 created");
    release();
    await Promise.all([first, leaving, second]);
    expect(events.indexOf("agent 1 disposed")).toBeLessThan(events.indexOf("agent 2 created"));
    expect(session.state().call.status).toBe("in-call");
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
    expect(session.state().call).toEqual({ status: "idle" });
  });

  it("is the only one that join() starts", async () => {
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
      calling: { kind: "azure" },
      log: createEventLog(),
    });
    await session.join(target, start);
    expect(session.state().call).toMatchObject({ status: "failed", failure: { code: "calling-sdk-not-loaded" } });
    broken = false;
    await session.join(target, start);
    expect(session.state().call).toMatchObject({ status: "failed", failure: { code: "client-error" } });
  });
});

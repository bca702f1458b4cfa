import { NetworkError } from "@teams-token-exchange/client";
import { describe, expect, it } from "vitest";
import { describeCallEnd } from "./call-end.ts";
import { parseCallee, parseMeetingId, parseMeetingLink } from "./call-target.ts";
import { describeCallingFailure } from "./calling-failure.ts";

describe("describeCallEnd", () => {
  it.each([
    [0, 0],
    [0, 4097],
    [0, 5300],
    [0, 5854],
    [0, 5855],
    [0, 99_999],
    [487, 10_024],
    [603, 0],
  ])("describes %i/%i as a normal end", (code, subCode) => {
    expect(describeCallEnd({ code, subCode })).toMatchObject({ expected: true, text: expect.stringMatching(/\.$/) });
  });

  it.each([
    [490, 4525, "Teams cannot be reached"],
    [490, 1, "Teams cannot be reached"],
    [408, 10_057, "The call was not set up in time"],
    [480, 10_037, "The user cannot be reached"],
    [410, 3101, "The call was interrupted"],
    [401, 10_009, "The calling service refused the access token"],
    [495, 4507, "The calling service refused the access token"],
    [404, 4500, "The meeting was not found"],
    [403, 1, "This call is not allowed"],
    [503, 1, "The calling service failed"],
    [999, 1, "The call ended"],
  ])("explains %i/%i as “%s”", (code, subCode, title) => {
    expect(describeCallEnd({ code, subCode })).toMatchObject({
      expected: false,
      failure: { code: `${code}/${subCode}`, title },
    });
  });
});

describe("describeCallingFailure", () => {
  it.each([
    40_228, 40_229, 40_230, 40_231, 40_235, 40_101, 40_104, 40_114, 40_202, 44_110, 44_113, 44_114, 44_115, 44_116,
    44_117, 44_214,
  ])("has its own advice for %i", (subCode) => {
    const failure = describeCallingFailure({ code: 403, subCode });
    expect(failure.code).toBe(`403/${subCode}`);
    expect(failure.title).not.toBe("The Calling SDK reported an error");
  });

  it("speaks of the emulator, not of Teams and firewalls, if the calls are the emulator's", () => {
    const calling = { kind: "emulator", endpoint: "http://localhost:9400" } as const;
    const texts = [
      describeCallEnd({ code: 490, subCode: 4525 }, calling),
      describeCallingFailure({ code: 408, subCode: 40_114 }, calling),
    ];
    expect(JSON.stringify(texts)).not.toMatch(/microsoft\.com and|firewall/);
    expect(texts).toMatchObject([{ failure: { title: "The emulator cannot be reached" } }, { code: "408/40114" }]);
  });

  it("leaves failures of the exchange to the client package", () => {
    expect(describeCallingFailure(new NetworkError("/api/token/teams", undefined)).code).toBe("network-error");
  });

  it("shows the code of an unknown error", () => {
    expect(describeCallingFailure({ code: 500, subCode: 1 }).code).toBe("500/1");
  });
});

describe("call targets", () => {
  it.each([
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0?context=%7b%7d",
    "https://teams.microsoft.com/meet/22912345?p=abc",
    " https://gov.teams.microsoft.us/meet/22912345 ",
  ])("accepts the link %s", (link) => {
    expect(parseMeetingLink(link)).toEqual({ ok: true, value: { kind: "meeting-link", meetingLink: link.trim() } });
  });

  it.each([
    "",
    "teams",
    "http://teams.microsoft.com/l/meetup-join/x",
    "https://teams.microsoft.com.evil.example/l/meetup-join/x",
    "https://evil.example/l/meetup-join/x",
    "https://teams.microsoft.com/l/channel/x",
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0",
    "https://teams.live.com/meet/9312345",
    "https://teams.microsoft.com/meet/",
    "javascript:alert(1)",
  ])("explains what is wrong with the link “%s”", (link) => {
    expect(parseMeetingLink(link)).toMatchObject({ ok: false, reason: expect.stringMatching(/\.$/) });
  });

  it("accepts a meeting ID with spaces, with a passcode or without", () => {
    expect(parseMeetingId("229 123 456 78", " aBc ")).toEqual({
      ok: true,
      value: { kind: "meeting-id", meetingId: "22912345678", passcode: "aBc" },
    });
    expect(parseMeetingId("229123456", "")).toEqual({
      ok: true,
      value: { kind: "meeting-id", meetingId: "229123456" },
    });
  });

  it.each(["", "12", "12345678x", "12345678901234567"])("explains what is wrong with the meeting ID “%s”", (id) => {
    expect(parseMeetingId(id, "").ok).toBe(false);
  });

  it("accepts an object ID in upper or lower case", () => {
    expect(parseCallee(" 0B1EC700-0000-4000-8000-000000000002")).toEqual({
      ok: true,
      value: { kind: "user", objectId: "0b1ec700-0000-4000-8000-000000000002", name: "" },
    });
  });

  it.each(["+14255550123", "+1 (425) 555-0123", " +1.425.555.0123 "])("accepts the phone number %s", (text) => {
    expect(parseCallee(text)).toEqual({ ok: true, value: { kind: "phone", phoneNumber: "+14255550123" } });
  });

  it.each([
    ["", "Enter an object ID"],
    ["bruno", "Enter an object ID"],
    ["8:orgid:0b1ec700-0000-4000-8000-000000000002", "Enter an object ID"],
    ["4255550123", "starts with +"],
    ["+0425555012", "starts with +"],
    ["+1234567890123456", "starts with +"],
  ])("explains what is wrong with the callee “%s”", (text, reason) => {
    expect(parseCallee(text)).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });
});

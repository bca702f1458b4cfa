import { describe, expect, it } from "vitest";
import { readDenyCommand } from "./command-line.ts";

const tenantId = "11111111-1111-4111-8111-111111111111";
const objectId = "55555555-5555-4555-8555-555555555555";
const user = { kind: "user", tenantId, objectId };

describe("reads", () => {
  it.each([
    ["list", { action: "list" }],
    [`add user ${tenantId} ${objectId}`, { action: "add", denial: { subject: user } }],
    [
      `add user ${tenantId.toUpperCase()} ${objectId} --for 2h --reason left`,
      { action: "add", denial: { subject: user, forSeconds: 7200, reason: "left" } },
    ],
    [
      `add --for=90s client ${objectId}`,
      { action: "add", denial: { subject: { kind: "client", clientId: objectId }, forSeconds: 90 } },
    ],
    [
      `add tenant ${tenantId} --for 7d`,
      { action: "add", denial: { subject: { kind: "tenant", tenantId }, forSeconds: 604_800 } },
    ],
    [`remove user ${tenantId} ${objectId}`, { action: "remove", subject: user }],
  ])("%s", (line, value) => {
    expect(readDenyCommand(line.split(" "))).toEqual({ ok: true, value });
  });
});

describe("refuses", () => {
  it.each([
    ["", "what to do"],
    ["drop", "what to do"],
    ["list all", "what to do"],
    ["add", "who is missing"],
    [`add user ${tenantId}`, "who is missing"],
    [`add client ${tenantId} ${objectId}`, "who is missing"],
    ["add client my-app", "who is missing"],
    [`add group ${tenantId}`, "who is missing"],
    [`add tenant ${tenantId} --for soon`, "--for takes"],
    [`add tenant ${tenantId} --for 0h`, "--for takes"],
    [`add tenant ${tenantId} --for 400d`, "--for takes"],
    [`add tenant ${tenantId} --for`, "--for takes"],
    [`add tenant ${tenantId} --reason a.b`, "--reason takes"],
    [`add tenant ${tenantId} --until 2h`, "there is an option"],
    [`remove tenant ${tenantId} --for 2h`, "there is an option"],
  ])("%j", (line, reason) => {
    expect(readDenyCommand(line.split(" "))).toMatchObject({ ok: false, reason: expect.stringContaining(reason) });
  });
});

import { describe, expect, it } from "vitest";
import { readTpeCommand } from "./command-line.ts";

const [tenantId, objectId, other, clientId] = ["1", "2", "3", "4"].map(
  (digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`,
) as [string, string, string, string];
const assignment = { tenantId, objectId, principalType: "user" };

describe("npm run tpe", () => {
  it.each([
    [["assign", "user", tenantId, objectId], { action: "assign", assignment }],
    [["assign", "user", tenantId.toUpperCase(), objectId], { action: "assign", assignment }],
    [
      ["assign", "resourceAccount", tenantId, objectId, `--clients=${clientId},${other}`],
      {
        action: "assign",
        assignment: { ...assignment, principalType: "resourceAccount", clientIds: [clientId, other] },
      },
    ],
    [
      ["assign", "--clients", clientId, "user", tenantId, objectId],
      { action: "assign", assignment: { ...assignment, clientIds: [clientId] } },
    ],
    [
      ["list", tenantId, objectId, other],
      {
        action: "list",
        assignees: [
          { tenantId, objectId },
          { tenantId, objectId: other },
        ],
      },
    ],
    [["remove", tenantId, objectId], { action: "remove", assignee: { tenantId, objectId } }],
  ])("reads %j", (words, value) => {
    expect(readTpeCommand(words)).toEqual({ ok: true, value });
  });

  it.each([
    [[], "what to do is missing"],
    [["show", tenantId, objectId], "what to do is missing"],
    [["assign", tenantId, objectId], "who is missing"],
    [["assign", "user", tenantId], "who is missing"],
    [["assign", "user", tenantId, objectId, other], "who is missing"],
    [["assign", "user", "northwharf", objectId], "who is missing"],
    [["list", tenantId], "who is missing"],
    [["remove", tenantId, objectId, other], "who is missing"],
    [["assign", "user", tenantId, objectId, "--clients", "mine"], "--clients takes"],
    [["assign", "user", tenantId, objectId, "--clients"], "--clients takes"],
    [["remove", tenantId, objectId, "--clients", clientId], "there is an option"],
    [["assign", "user", tenantId, objectId, "--force"], "there is an option"],
  ])("refuses %j", (words, reason) => {
    expect(readTpeCommand(words)).toEqual({ ok: false, reason: expect.stringContaining(reason) });
  });
});

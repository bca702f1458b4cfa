// The assign command: what it understands, what it refuses, and as an operator runs it against the emulator.
import type { AssignmentClient } from "@teams-token-exchange/server/admin";
import { describe, expect, it } from "vitest";
import { environmentFor, freshEmulator } from "../../server/test/support/world.ts";
import { defineAssign } from "../src/assign-command.ts";
import { mistakeIn, runProgram } from "./support-command.ts";

const [tenantId, objectId, other, clientId] = ["1", "2", "3", "4"].map(
  (digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`,
) as [string, string, string, string];
const assignment = { tenantId, objectId, principalType: "user" };

/** The requests that a command line asks for. */
async function requestsOf(words: readonly string[]): Promise<unknown[]> {
  const requests: unknown[] = [];
  const record = (request: unknown) => {
    requests.push(request);
    return Promise.reject(new Error("only recorded"));
  };
  const client: AssignmentClient = {
    assign: (asked) => record({ action: "assign", assignment: asked }),
    find: (assignee) => record({ action: "find", assignee }),
    remove: (assignee) => record({ action: "remove", assignee }),
    close: async () => {},
  };
  expect(await mistakeIn((command) => defineAssign(command, async () => client), words)).toBe("only recorded");
  return requests;
}

describe("reads", () => {
  it.each([
    [["user", tenantId, objectId], [{ action: "assign", assignment }]],
    [["user", tenantId.toUpperCase(), objectId], [{ action: "assign", assignment }]],
    [
      ["resourceAccount", tenantId, objectId, `--clients=${clientId},${other}`],
      [
        {
          action: "assign",
          assignment: { ...assignment, principalType: "resourceAccount", clientIds: [clientId, other] },
        },
      ],
    ],
    [
      ["--clients", clientId, "user", tenantId, objectId],
      [{ action: "assign", assignment: { ...assignment, clientIds: [clientId] } }],
    ],
    [
      ["list", tenantId, objectId, other],
      [
        { action: "find", assignee: { tenantId, objectId } },
        { action: "find", assignee: { tenantId, objectId: other } },
      ],
    ],
    [["remove", tenantId, objectId], [{ action: "remove", assignee: { tenantId, objectId } }]],
  ])("%j", async (words, requests) => {
    expect(await requestsOf(words)).toEqual(requests);
  });
});

describe("refuses", () => {
  const open = () => Promise.reject(new Error("ACS must not be asked"));
  it.each([
    [[], "missing required argument 'kind'"],
    [["show", tenantId, objectId], "the first argument must be user, resourceAccount, list or remove"],
    [[tenantId, objectId], "missing required argument"],
    [["user", tenantId], "missing required argument 'objectId'"],
    [["user", tenantId, objectId, other], "too many arguments"],
    [["user", "northwharf", objectId], "<tenantId> must be a GUID"],
    [["list", tenantId], "missing required argument 'objectIds'"],
    [["list", tenantId, objectId, "mine"], "<objectIds...> must be a GUID"],
    [["remove", tenantId, objectId, other], "too many arguments"],
    [["user", tenantId, objectId, "--clients", "mine"], "each client id of --clients must be a GUID"],
    [["user", tenantId, objectId, "--clients"], "option '--clients <ids>' argument missing"],
    [["remove", tenantId, objectId, "--clients", clientId], "unknown option '--clients'"],
    [["user", tenantId, objectId, "--force"], "unknown option '--force'"],
  ])("%j", async (words, mistake) => {
    expect(await mistakeIn((command) => defineAssign(command, open), words)).toContain(mistake);
  });
});

describe("as a process", () => {
  /** The command, with the settings of a server that uses the emulator. */
  async function assign(words: string[], settings: Record<string, string> = {}) {
    return runProgram(["assign", ...words], { ...environmentFor(await emulator), ...settings });
  }

  const emulator = freshEmulator();
  const ids = async () => {
    const { tenantId: tenant, oid } = (await emulator).user("ada");
    return [tenant, oid];
  };

  it("assigns, lists and removes", async () => {
    const who = await ids();
    const spa = (await emulator).registration("spa").appId;
    expect(await assign(["list", ...who])).toMatchObject({ status: 0, out: `${who.join(" ")} is not assigned.\n` });
    const line = `user ${who.join(" ")} is assigned, with ${spa}.\n`;
    expect(await assign(["user", ...who, "--clients", spa])).toMatchObject({ status: 0, out: line });
    expect(await assign(["list", ...who])).toMatchObject({ status: 0, out: line });
    const anyClient = `resourceAccount ${who.join(" ")} is assigned, with any client.\n`;
    expect(await assign(["resourceAccount", ...who])).toMatchObject({ status: 0, out: anyClient });
    const removed = { status: 0, out: `${who.join(" ")} is not assigned any more.\n` };
    expect(await assign(["remove", ...who])).toMatchObject(removed);
    expect(await assign(["remove", ...who])).toMatchObject(removed);
    expect(await assign(["list", ...who])).toMatchObject({ status: 0, out: `${who.join(" ")} is not assigned.\n` });
  });

  it("reports the answer of ACS if the change failed, and no secret", async () => {
    const key = "A".repeat(44);
    const settings = { ACS_CONNECTION_STRING: `endpoint=${(await emulator).origin}/;accesskey=${key}` };
    const { status, err } = await assign(["list", ...(await ids())], settings);
    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining("own-key-refused, status 401, Denied") });
    expect(err).not.toContain(key);
  });

  it("says how it is used, and which settings are missing", async () => {
    expect(await assign([])).toMatchObject({ status: 2, err: expect.stringContaining("--help") });
    const { status, err } = await assign(["list", ...(await ids())], { ENTRA_TENANT_ID: "" });
    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining("ENTRA_TENANT_ID is missing") });
  });
});

// The assign command: what it understands, what it refuses, and as an operator runs it against the emulator.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AssignmentClient } from "@teams-token-exchange/server/admin";
import { describe, expect, it, onTestFinished } from "vitest";
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

it.each([
  [["list", "--resource", "eu", tenantId, objectId]],
  [["--resource=eu", "user", tenantId, objectId]],
  [["remove", tenantId, objectId, "--resource", "eu"]],
])("connects to the resource that %j names", async (words) => {
  const opened: unknown[] = [];
  const open = (_env: unknown, name?: string) => {
    opened.push(name);
    return Promise.reject(new Error("only recorded"));
  };
  expect(await mistakeIn((command) => defineAssign(command, open), words)).toBe("only recorded");
  expect(opened).toEqual(["eu"]);
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

  it("asks for a name if there are several resources, and uses the one that is named", async () => {
    const { origin, acsConnectionString, registration, tenant } = await emulator;
    const folder = mkdtempSync(join(tmpdir(), "assign-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [, key = ""] = acsConnectionString.split("accesskey=");
    const nowhere = `endpoint=${origin.replace("localhost", "127.0.0.1")}/;accesskey=${"A".repeat(44)}`;
    const resources = [
      { name: "us", connectionString: nowhere },
      { name: "eu", connectionString: `endpoint=${origin}/;accesskey=${key}` },
    ];
    const clientIds = [registration("spa").appId];
    const tenants = [{ id: tenant("northwharf").id, name: "northwharf", clientIds, resources: ["eu", "us"] }];
    writeFileSync(join(folder, "tenants.json"), JSON.stringify({ tenants, resources }));
    const none = { ENTRA_TENANT_ID: "", ENTRA_CLIENT_IDS: "", ACS_CONNECTION_STRING: "" };
    const settings = { ...none, TENANTS_FILE: join(folder, "tenants.json") };
    const who = await ids();
    const unnamed = { status: 1, err: expect.stringContaining("with --resource: us, eu") };
    expect(await assign(["list", ...who], settings)).toMatchObject(unnamed);
    expect(await assign(["list", ...who, "--resource", "xy"], settings)).toMatchObject(unnamed);
    expect(await assign(["list", ...who, "--resource", "eu"], settings)).toMatchObject({ status: 0 });
    expect(await assign(["list", ...who, "--resource", "us"], settings)).toMatchObject({ status: 1 });
  });

  it("says how it is used, and which settings are missing", async () => {
    expect(await assign([])).toMatchObject({ status: 2, err: expect.stringContaining("--help") });
    const { status, err } = await assign(["list", ...(await ids())], { ENTRA_TENANT_ID: "" });
    expect({ status, err }).toEqual({ status: 1, err: expect.stringContaining("ENTRA_TENANT_ID is missing") });
  });
});

// The deny command: what it understands, what it refuses, and what it prints as a process.
import type { SharedDenyList } from "@teams-token-exchange/server/admin";
import { describe, expect, it } from "vitest";
import { hasRedis, startRedis } from "../../server/test/support/redis.ts";
import { defineDeny } from "../src/deny-command.ts";
import { mistakeIn, runProgram } from "./support-command.ts";

const tenantId = "11111111-1111-4111-8111-111111111111";
const objectId = "55555555-5555-4555-8555-555555555555";
const user = { kind: "user", tenantId, objectId };
const who = "client 44444444-4444-4444-8444-444444444444";
const deny = (line: string, env?: Record<string, string>) => runProgram(["deny", ...line.split(" ")], env);

/** The change that a command line asks for. */
async function changeOf(line: string): Promise<unknown> {
  let change: unknown;
  const record = (asked: unknown) => {
    change = asked;
    return Promise.reject(new Error("only recorded"));
  };
  const list: SharedDenyList = {
    add: (denial) => record({ action: "add", denial }),
    remove: (subject) => record({ action: "remove", subject }),
    list: () => record({ action: "list" }),
    close: async () => {},
  };
  expect(await mistakeIn((command) => defineDeny(command, async () => list), line.split(" "))).toBe("only recorded");
  return change;
}

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
  ])("%s", async (line, change) => {
    expect(await changeOf(line)).toEqual(change);
  });
});

describe("refuses", () => {
  const open = () => Promise.reject(new Error("the deny list must not be opened"));
  it.each([
    ["", "add [options]"],
    ["drop", "unknown command 'drop'"],
    ["lst", "Did you mean list?"],
    ["list all", "too many arguments for 'list'"],
    ["add", "missing required argument 'kind'"],
    ["add user", "missing required argument 'ids'"],
    [`add user ${tenantId}`, "user takes 2 ids: <tenantId> <objectId>"],
    [`add client ${tenantId} ${objectId}`, "client takes one id: <clientId>"],
    ["add client my-app", "<clientId> must be a GUID, such as"],
    [`add user contoso ${objectId}`, "<tenantId> must be a GUID, such as"],
    [`add user ${tenantId} ada`, "<objectId> must be a GUID, such as"],
    ["remove tenant contoso", "<tenantId> must be a GUID, such as"],
    [`add group ${tenantId}`, "<kind> must be user, client or tenant"],
    [`remove constructor ${tenantId}`, "<kind> must be user, client or tenant"],
    [`add tenant ${tenantId} --for soon`, "--for takes"],
    [`add tenant ${tenantId} --for 0h`, "--for takes"],
    [`add tenant ${tenantId} --for 400d`, "--for takes"],
    [`add tenant ${tenantId} --for`, "option '--for <duration>' argument missing"],
    [`add tenant ${tenantId} --reason a.b`, "--reason takes"],
    [`add tenant ${tenantId} --until 2h`, "unknown option '--until'"],
    [`remove tenant ${tenantId} --for 2h`, "unknown option '--for'"],
  ])("%j", async (line, words) => {
    const mistake = await mistakeIn((command) => defineDeny(command, open), line === "" ? [] : line.split(" "));
    expect(mistake).toContain(words);
  });
});

describe("npm run deny", () => {
  it("says why it needs REDIS_URL if it is not set", async () => {
    const { status, out, err } = await deny(`add ${who}`);
    expect([status, out]).toEqual([1, ""]);
    expect(err).toContain("REDIS_URL is missing");
    expect(err).toContain("inside the one server process");
  });

  it("ends with status 2 and says what is unknown", async () => {
    const { status, err } = await deny("drop everyone");
    expect(status).toBe(2);
    expect(err).toContain("unknown command 'drop'");
    expect(err).toContain("--help");
  });

  it("says that nothing was changed if Redis is down, and shows no password", async () => {
    const { status, err } = await deny(`add ${who}`, { REDIS_URL: "redis://:canary@127.0.0.1:9" });
    expect(status).toBe(1);
    expect(err).toContain("Nothing was changed");
    expect(err).not.toContain("canary");
  });

  it.runIf(hasRedis)("adds, lists and removes", async () => {
    const { url } = await startRedis();
    const env = { REDIS_URL: url };
    const added = await deny(`add ${who} --for 2h --reason left`, env);
    expect(added).toMatchObject({ status: 0, err: "" });
    expect(added.out).toMatch(/^Denied client:44444444-\S+ until \S+Z, from the next exchange on\.\n/);
    expect(added.out).toMatch(/cannot be revoked; it may live until \S+Z \(86400 s, the longest possible/);
    expect((await deny("list", env)).out).toMatch(
      /^client:44444444-\S+ {2}since \S+ {2}until \S+ {2}left\n1 denied\.\n$/,
    );
    expect((await deny(`remove ${who}`, env)).out).toContain("is no longer denied");
    expect((await deny(`remove ${who}`, env)).out).toContain("was not denied");
    expect((await deny("list", env)).out).toBe("Nobody is denied.\n");
  });
});

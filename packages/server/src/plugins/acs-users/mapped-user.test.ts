// What happens when others change the mapping, or ACS fails, between two steps; stores themselves have a suite of their own.
import { type Emulator, startEmulator } from "@teams-token-exchange/emulator";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { liveAcsUsers } from "../../../test/support/mappings.ts";
import { accessKeyCredential } from "../../acs/acs-connection.ts";
import { createTransport } from "../../acs/transport.ts";
import { Problem } from "../../problems/problem.ts";
import { parseConnectionString } from "../../settings/setting-formats.ts";
import { createAcsUsersClient } from "./acs-users-client.ts";
import { deleteMappedUser, ensureMappedUser, findMappedUser, issueUserToken } from "./mapped-user.ts";
import type { Mapping, MappingOwner, MappingStore } from "./mappings/mapping-store.ts";

const emulator = await startEmulator();
const transport = createTransport(emulator.origin, 1);
afterAll(async () => {
  await transport.close();
  await emulator.close();
});
beforeEach(() => emulator.reset());

const acs = parseConnectionString(emulator.acsConnectionString);
if (!acs.ok) throw new Error(acs.reason);
const users = createAcsUsersClient({
  endpoint: emulator.origin,
  transport,
  allowInsecureConnection: true,
  now: Date.now,
  credential: accessKeyCredential([acs.value.accessKey]),
});

const owner: MappingOwner = { tenantId: "t", objectId: "o", callerToken: "caller" };
const never = new AbortController().signal;
const live = () => liveAcsUsers(emulator);

/** A user that another request has made, by this key. */
async function madeByAnother(key: string): Promise<string> {
  const made = await users.create(key, never);
  if (!made.ok) throw new Error(made.reason);
  return made.value;
}

const down = (operation: Parameters<Emulator["requestCount"]>[0]) =>
  emulator.addFault({ operation, fault: { kind: "reset", when: "beforeHeaders" } });

/** A store with one place, in which another request may act after a step. */
function world(between: { confirm?: (store: { mapping: Mapping | undefined }) => void } = {}) {
  const stored: { mapping: Mapping | undefined } = { mapping: undefined };
  const store: MappingStore = {
    find: async () => stored.mapping,
    async begin(_owner, key) {
      stored.mapping ??= { state: "creating", key };
      return stored.mapping;
    },
    async confirm(_owner, { key, acsUserId }) {
      between.confirm?.(stored);
      if (stored.mapping?.state === "creating" && stored.mapping.key === key) {
        stored.mapping = { state: "mapped", key, acsUserId };
      }
      return stored.mapping;
    },
    async markDeleting() {
      if (stored.mapping?.state === "mapped") stored.mapping = { ...stored.mapping, state: "deleting" };
    },
    async remove() {
      if (stored.mapping?.state === "deleting") stored.mapping = undefined;
    },
    close: async () => {},
  };
  let keys = 0;
  const newKey = () => {
    keys += 1;
    return `key-${keys}`;
  };
  return { needs: { store, users, newKey }, stored };
}

const problemOf = (error: unknown) => (error instanceof Problem ? error.problem : error);

describe("creating a user", () => {
  it("that another process has created meanwhile without a key keeps that one, and leaves no other", async () => {
    const acsUserId = await madeByAnother("none of ours");
    const { needs } = world({
      confirm: (store) => {
        store.mapping = { state: "mapped", key: "key-1", acsUserId };
      },
    });
    expect(await ensureMappedUser(needs, owner, never)).toEqual({ acsUserId, created: false });
    expect(await live()).toEqual([acsUserId]);
  });

  it("whose mapping is deleted meanwhile deletes the user, and creates another", async () => {
    let deleted = false;
    const { needs, stored } = world({
      confirm: (store) => {
        if (!deleted) store.mapping = undefined;
        deleted = true;
      },
    });
    const { acsUserId, created } = await ensureMappedUser(needs, owner, never);
    expect(created).toBe(true);
    expect(await live()).toEqual([acsUserId]);
    expect(stored.mapping).toMatchObject({ state: "mapped", acsUserId });
  });

  it("gives up if others delete again and again, leaving nothing", async () => {
    const { needs } = world({
      confirm: (store) => {
        store.mapping = undefined;
      },
    });
    const error = await ensureMappedUser(needs, owner, never).catch(problemOf);
    expect(error).toBe("mapping-store-unavailable");
    expect(await live()).toEqual([]);
  });

  it("that ACS does not create leaves the intent for the next attempt", async () => {
    const { needs, stored } = world();
    down("CommunicationIdentity_Create");
    expect(await ensureMappedUser(needs, owner, never).catch(problemOf)).toBe("upstream-unavailable");
    expect(stored.mapping).toEqual({ state: "creating", key: "key-1" });
    emulator.clearFaults();
    expect((await ensureMappedUser(needs, owner, never)).created).toBe(true);
    expect(stored.mapping).toMatchObject({ key: "key-1" });
  });
});

describe("deleting a user", () => {
  it("that ACS does not delete leaves a mapping that gives no token, for the next deletion to remove", async () => {
    const { needs, stored } = world();
    await ensureMappedUser(needs, owner, never);
    down("CommunicationIdentity_Delete");
    expect(await deleteMappedUser(needs, owner, never).catch(problemOf)).toBe("upstream-unavailable");
    expect(stored.mapping?.state).toBe("deleting");
    expect(await findMappedUser(needs, owner, never)).toBeUndefined();
    emulator.clearFaults();
    await deleteMappedUser(needs, owner, never);
    expect([stored.mapping, await live()]).toEqual([undefined, []]);
  });

  it("that ACS no longer knows succeeds", async () => {
    const { needs, stored } = world();
    const { acsUserId } = await ensureMappedUser(needs, owner, never);
    await users.delete(acsUserId, never);
    await deleteMappedUser(needs, owner, never);
    expect(stored.mapping).toBeUndefined();
  });

  it("that is only an intent deletes the user that may have been created for it", async () => {
    const { needs, stored } = world();
    stored.mapping = { state: "creating", key: "key-of-a-killed-one" };
    await madeByAnother("key-of-a-killed-one");
    await deleteMappedUser(needs, owner, never);
    expect([stored.mapping, await live()]).toEqual([undefined, []]);
  });
});

describe("a token", () => {
  it("of a user that ACS does not know is mapping-stale", async () => {
    expect(await issueUserToken(world().needs, "8:acs:gone", never).catch(problemOf)).toBe("mapping-stale");
  });
});

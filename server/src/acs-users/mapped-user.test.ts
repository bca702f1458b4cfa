// What happens when others change the mapping, or ACS fails, between two steps; stores themselves have a suite of their own.
import { describe, expect, it } from "vitest";
import type { AcsOutcome } from "../acs/failure.ts";
import { Problem } from "../problems/problem.ts";
import { deleteMappedUser, ensureMappedUser, findMappedUser, issueUserToken } from "./mapped-user.ts";
import type { Mapping, MappingOwner, MappingStore } from "./mapping-store.ts";

const owner: MappingOwner = { tenantId: "t", objectId: "o", callerToken: "caller" };
const never = new AbortController().signal;
const unknownUser: AcsOutcome<never> = { ok: false, reason: "refused", status: 401, acsCode: "IdentityNotOwned" };

/** A store with one place, in which somebody else may act after a step, and an ACS that counts its users. */
function world(between: Partial<Record<"begin" | "confirm", (store: { mapping: Mapping | undefined }) => void>> = {}) {
  const stored: { mapping: Mapping | undefined } = { mapping: undefined };
  const live = new Map<string, string>();
  const answers: { create?: AcsOutcome<string>; delete?: AcsOutcome<undefined> } = {};
  let made = 0;
  const store: MappingStore = {
    find: async () => stored.mapping,
    async begin(_owner, key) {
      stored.mapping ??= { state: "creating", key };
      const { mapping } = stored;
      between.begin?.(stored);
      return mapping;
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
  const users = {
    async create(key: string): Promise<AcsOutcome<string>> {
      if (answers.create) return answers.create;
      made += 1;
      const known = [...live].find(([, keyOf]) => keyOf === key)?.[0] ?? `user-${made}`;
      live.set(known, key);
      return { ok: true, value: known };
    },
    issueToken: async (acsUserId: string) =>
      live.has(acsUserId) ? ({ ok: true, value: { token: "acs", expiresOn: new Date(0) } } as const) : unknownUser,
    async delete(acsUserId: string): Promise<AcsOutcome<undefined>> {
      if (answers.delete) return answers.delete;
      return live.delete(acsUserId) ? { ok: true, value: undefined } : unknownUser;
    },
  };
  let keys = 0;
  const newKey = () => {
    keys += 1;
    return `key-${keys}`;
  };
  return { needs: { store, users, newKey }, stored, live, answers };
}

const problemOf = (error: unknown) => (error instanceof Problem ? error.problem : error);

describe("making a user", () => {
  it("that another one has made meanwhile without a key leaves the other's, and none over", async () => {
    const { needs, live } = world({
      confirm: (store) => {
        store.mapping = { state: "mapped", key: "key-1", acsUserId: "user-of-the-other" };
      },
    });
    live.set("user-of-the-other", "");
    expect(await ensureMappedUser(needs, owner, never)).toEqual({ acsUserId: "user-of-the-other", created: false });
    expect([...live.keys()]).toEqual(["user-of-the-other"]);
  });

  it("whose mapping is deleted meanwhile deletes the user, and makes another", async () => {
    let deleted = false;
    const { needs, live, stored } = world({
      confirm: (store) => {
        if (!deleted) store.mapping = undefined;
        deleted = true;
      },
    });
    const { acsUserId, created } = await ensureMappedUser(needs, owner, never);
    expect(created).toBe(true);
    expect([...live.keys()]).toEqual([acsUserId]);
    expect(stored.mapping).toMatchObject({ state: "mapped", acsUserId });
  });

  it("gives up where others delete again and again, leaving nothing", async () => {
    const { needs, live } = world({
      confirm: (store) => {
        store.mapping = undefined;
      },
    });
    const error = await ensureMappedUser(needs, owner, never).catch(problemOf);
    expect(error).toBe("mapping-store-unavailable");
    expect(live.size).toBe(0);
  });

  it("that ACS does not make leaves the intent for the next one", async () => {
    const { needs, stored, answers } = world();
    answers.create = { ok: false, reason: "unavailable" };
    expect(await ensureMappedUser(needs, owner, never).catch(problemOf)).toBe("upstream-unavailable");
    expect(stored.mapping).toEqual({ state: "creating", key: "key-1" });
    delete answers.create;
    expect((await ensureMappedUser(needs, owner, never)).created).toBe(true);
    expect(stored.mapping).toMatchObject({ key: "key-1" });
  });
});

describe("deleting a user", () => {
  it("that ACS does not delete leaves the mapping, of which no one gets a token, for the next one", async () => {
    const { needs, stored, live, answers } = world();
    await ensureMappedUser(needs, owner, never);
    answers.delete = { ok: false, reason: "unavailable" };
    expect(await deleteMappedUser(needs, owner, never).catch(problemOf)).toBe("upstream-unavailable");
    expect(stored.mapping?.state).toBe("deleting");
    expect(await findMappedUser(needs, owner, never)).toBeUndefined();
    delete answers.delete;
    await deleteMappedUser(needs, owner, never);
    expect([stored.mapping, live.size]).toEqual([undefined, 0]);
  });

  it("that ACS does not know any more is done", async () => {
    const { needs, stored, live } = world();
    await ensureMappedUser(needs, owner, never);
    live.clear();
    await deleteMappedUser(needs, owner, never);
    expect(stored.mapping).toBeUndefined();
  });

  it("of which there is only an intent deletes the user that may have been made for it", async () => {
    const { needs, stored, live } = world();
    stored.mapping = { state: "creating", key: "key-of-a-killed-one" };
    live.set("user-of-a-killed-one", "key-of-a-killed-one");
    await deleteMappedUser(needs, owner, never);
    expect([stored.mapping, live.size]).toEqual([undefined, 0]);
  });
});

describe("a token", () => {
  it("of a user that ACS does not know is mapping-stale", async () => {
    expect(await issueUserToken(world().needs, "gone", never).catch(problemOf)).toBe("mapping-stale");
  });
});

// One contract for the three stores of mappings, and what a process leaves that is killed at any step of a change.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Emulator } from "@teams-token-exchange/emulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MappingOwner, MappingStore } from "../src/plugins/acs-users/mappings/mapping-store.ts";
import { openMappingStore } from "../src/plugins/acs-users/mappings/open-mapping-store.ts";
import { readConfig } from "../src/settings/read-settings.ts";
import { steps } from "./support/crash-steps.ts";
import { liveAcsUsers, ownerOf, storesUnderTest } from "./support/mappings.ts";
import { environmentFor, freshEmulator, startServer } from "./support/world.ts";

const stores = storesUnderTest();
afterAll(() => Promise.all(stores.map((store) => store.remove())));
const never = new AbortController().signal;
const keys = ["0f6d1f3e-4ad6-4c2e-9d0c-1f9b2a7d2b11", "1a7e2f4d-5be7-4d3f-8e1d-2a0c3b8e3c22"] as const;
const madeUser = { key: keys[0], acsUserId: "8:acs:resource_user-one" };

describe.each(stores)("the store in $name", ({ name, canRun, settings: settingsFor }) => {
  let emulator: Emulator;
  let settings: Record<string, string>;
  let owner: MappingOwner;
  let store: MappingStore;

  beforeAll(async () => {
    if (!canRun) return;
    emulator = await freshEmulator();
    settings = await settingsFor(emulator);
    const config = readConfig({ ...environmentFor(emulator), ...settings });
    store = await openMappingStore(config.mappings, { entra: config.entra, fetch, log: { warn: () => {} } });
    owner = await ownerOf(emulator, "ada");
  });

  describe.skipIf(!canRun)("as a contract", () => {
    it("is the one that the settings choose", () => {
      expect(readConfig({ ...environmentFor(emulator), ...settings }).mappings.kind).toBe(name);
    });

    it("has nothing at first", async () => {
      expect(await store.find(owner, never)).toBeUndefined();
    });

    it("keeps the first of two intents, also of two simultaneous ones", async () => {
      const begun = await Promise.all(keys.map((key) => store.begin(owner, key, never)));
      const [first] = begun;
      expect(begun).toEqual([first, first]);
      expect(first?.state).toBe("creating");
      expect(await store.begin(owner, keys[1], never)).toEqual(first);
      expect(await store.find(owner, never)).toEqual(first);
      await settle(store, owner);
    });

    it("confirms an intent once; another user or key changes nothing", async () => {
      await store.begin(owner, keys[0], never);
      const other = { ...madeUser, acsUserId: "8:acs:resource_user-two" };
      expect((await store.confirm(owner, { ...other, key: keys[1] }, never))?.state).toBe("creating");
      const mapped = { state: "mapped", ...madeUser };
      expect(await store.confirm(owner, madeUser, never)).toEqual(mapped);
      expect(await store.confirm(owner, madeUser, never)).toEqual(mapped);
      expect(await store.confirm(owner, other, never)).toEqual(mapped);
      expect(await store.begin(owner, keys[1], never)).toEqual(mapped);
    });

    it("keeps to its owner", async () => {
      expect(await store.find(await ownerOf(emulator, "bruno"), never)).toBeUndefined();
    });

    it("removes only what is being deleted, and only by its key", async () => {
      await store.remove(owner, keys[0], never);
      await store.markDeleting(owner, keys[1], never);
      expect((await store.find(owner, never))?.state).toBe("mapped");
      await store.markDeleting(owner, keys[0], never);
      expect(await store.find(owner, never)).toEqual({ state: "deleting", ...madeUser });
      expect(await store.begin(owner, keys[1], never)).toEqual({ state: "deleting", ...madeUser });
      await store.remove(owner, keys[1], never);
      expect((await store.find(owner, never))?.state).toBe("deleting");
      await store.remove(owner, keys[0], never);
      await store.remove(owner, keys[0], never);
      expect(await store.find(owner, never)).toBeUndefined();
    });

    it("has nothing to confirm if everything was removed", async () => {
      expect(await store.confirm(owner, madeUser, never)).toBeUndefined();
    });
  });

  describe.skipIf(!canRun)("behind the server", () => {
    it("makes one ACS user of 200 simultaneous first requests, and removes it again", async () => {
      await store.close();
      const server = await startServer({ ...settings, RATE_LIMIT_PER_CALLER: "0" }, {}, emulator);
      const { callerToken } = await ownerOf(emulator, "bruno");
      const headers = { authorization: `Bearer ${callerToken}` };
      const send = (method: string) => fetch(`${server.url}/api/user`, { method, headers });
      // The first one opens the store, which takes longer than a request if it is created at the same time.
      await untilOpen(() => send("GET"));
      const before = await liveAcsUsers(emulator);
      const answers = await Promise.all(Array.from({ length: 200 }, () => send("POST")));
      const bodies = await Promise.all(answers.map((answer) => answer.json()));
      // Requests that share the making made it; later ones find it.
      expect(answers.filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
      expect(answers[0]?.status).toBe(201);
      const [{ acsUserIdentity }] = bodies as [{ acsUserIdentity: string }];
      expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
      expect((await liveAcsUsers(emulator)).filter((id) => !before.includes(id))).toEqual([acsUserIdentity]);
      expect((await send("POST")).status).toBe(200);
      expect((await send("DELETE")).status).toBe(204);
      expect(await liveAcsUsers(emulator)).toEqual(before);
      await server.app.close();
    });
  });

  describe.skipIf(!canRun)("when the process is killed", () => {
    it("at each step of making and deleting in turn, the next one continues, and no user is orphaned", async () => {
      const { callerToken, ...ids } = await ownerOf(emulator, "erin");
      const before = await liveAcsUsers(emulator);
      const run = (action: string, crashAt: string) =>
        runChild({
          environment: { ...environmentFor(emulator), ...settings },
          owner: { ...ids, callerToken },
          action,
          crashAt,
        });

      for (const step of steps.ensure) expect(await run("ensure", step)).toEqual({ killed: true, printed: "" });
      const made = await run("ensure", "nowhere");
      expect(made.printed).toMatch(/^8:acs:/);
      expect((await liveAcsUsers(emulator)).filter((id) => !before.includes(id))).toEqual([made.printed]);

      for (const step of steps.delete) expect(await run("delete", step)).toEqual({ killed: true, printed: "" });
      expect(await run("delete", "nowhere")).toEqual({ killed: false, printed: "deleted" });
      expect(await liveAcsUsers(emulator)).toEqual(before);
    });
  });
});

/** Removes the owner's mapping, by the steps of the contract. */
async function settle(store: MappingStore, owner: MappingOwner): Promise<void> {
  const mapping = await store.find(owner, never);
  if (!mapping) return;
  await store.confirm(owner, { key: mapping.key, acsUserId: "8:acs:resource_any" }, never);
  await store.markDeleting(owner, mapping.key, never);
  await store.remove(owner, mapping.key, never);
}

async function untilOpen(send: () => Promise<Response>): Promise<void> {
  while ((await send()).status === 503);
}

const child = fileURLToPath(new URL("support/crash-child.ts", import.meta.url));

/** Runs one change in a separate process, which kills itself at a step. */
async function runChild(task: object): Promise<{ killed: boolean; printed: string }> {
  const running = spawn(process.execPath, [child, JSON.stringify(task)], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  running.stdout.on("data", (chunk) => (printed += chunk));
  const [, signal] = await once(running, "close");
  return { killed: signal === "SIGKILL", printed: printed.trim() };
}

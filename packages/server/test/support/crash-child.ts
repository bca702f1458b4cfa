// A process that makes or deletes the ACS user of one owner with the real code, and kills itself at the step that its argument
// names. The code under test knows nothing of this: store and ACS are wrapped from outside.
import { randomUUID } from "node:crypto";
import { acsCredential } from "../../src/acs/acs-connection.ts";
import { createResilience } from "../../src/acs/resilience.ts";
import { createTransport } from "../../src/acs/transport.ts";
import { createAcsUsersClient } from "../../src/plugins/acs-users/acs-users-client.ts";
import { deleteMappedUser, ensureMappedUser } from "../../src/plugins/acs-users/mapped-user.ts";
import type { MappingOwner } from "../../src/plugins/acs-users/mappings/mapping-store.ts";
import { openMappingStore } from "../../src/plugins/acs-users/mappings/open-mapping-store.ts";
import { createResilientUsers } from "../../src/plugins/acs-users/resilient-users.ts";
import { readConfig } from "../../src/settings/read-settings.ts";

interface Task {
  environment: Record<string, string>;
  owner: MappingOwner;
  action: "ensure" | "delete";
  /** The call after which the process kills itself. */
  crashAt: string;
}

const { environment, owner, action, crashAt } = JSON.parse(process.argv[2] ?? "") as Task;

/** The same object, whose calls are steps. */
function stepwise<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get(object, name) {
      const member: unknown = Reflect.get(object, name);
      if (typeof member !== "function") return member;
      return async (...values: unknown[]) => {
        const result: unknown = await Reflect.apply(member, object, values);
        if (name === crashAt) process.kill(process.pid, "SIGKILL");
        return result;
      };
    },
  });
}

const config = readConfig(environment);
const credential = await acsCredential(config.acs.accessKeys, fetch);
const transport = createTransport(config.acs.endpoint, 1);
const resilience = createResilience({ maxInFlight: 1, monotonicNow: () => performance.now() });
const acsUsers = createAcsUsersClient({ ...config.acs, credential, transport, now: Date.now });
const store = await openMappingStore(config.mappings, { entra: config.entra, fetch, log: { warn: () => {} } });
const needs = {
  users: stepwise(createResilientUsers(acsUsers, resilience)),
  store: stepwise(store),
  newKey: randomUUID,
};

const signal = new AbortController().signal;
if (action === "delete") {
  await deleteMappedUser(needs, owner, signal);
  process.stdout.write("deleted");
} else {
  process.stdout.write((await ensureMappedUser(needs, owner, signal)).acsUserId);
}
await store.close();
await transport.close();
resilience.stop();

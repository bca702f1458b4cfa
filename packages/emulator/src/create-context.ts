// Creates the context of an emulator: its state, clock, keys, faults and log, before any port is open.
import { operationNames } from "./all-operations.ts";
import { createCallingState } from "./calling/agent.ts";
import { acsKeyName, createKeyRing, entraKeyName } from "./crypto/signing-keys.ts";
import { createFaultList } from "./faults/fault-list.ts";
import type { EmulatorContext } from "./http/context.ts";
import { createClock } from "./state/clock.ts";
import { createConnectionCounter } from "./state/connections.ts";
import { createRequestLog } from "./state/request-log.ts";
import type { Seed } from "./state/seed-types.ts";
import { stateFromSeed } from "./state/state.ts";

/** The options that the context keeps. */
export interface ContextOptions {
  now?: () => Date;
  publicUrl?: string;
  allowedHosts?: readonly string[];
}

/** @throws Error that names the option that is wrong */
function publicOrigin(publicUrl: string): string {
  const { origin, protocol, href } = URL.canParse(publicUrl)
    ? new URL(publicUrl)
    : { origin: "", protocol: "", href: "" };
  if (/^https?:$/.test(protocol) && href === `${origin}/`) return origin;
  throw new Error("the public URL must be http or https without a path, such as http://emulator:9400");
}

/** @throws Error that names the option that is wrong */
function hostName(name: string): string {
  if (/^[\w.-]+$/.test(name)) return name.toLowerCase();
  throw new Error(`the allowed host "${name}" must be a name without a scheme and port, such as emulator`);
}

/** Creates the context. */
export function createContext(seed: Seed, options: ContextOptions = {}): EmulatorContext {
  const { publicUrl, allowedHosts = [] } = options;
  return {
    seed,
    state: stateFromSeed(seed),
    clock: createClock(options.now),
    entraKeys: createKeyRing(entraKeyName),
    acsKeys: createKeyRing(acsKeyName),
    faults: createFaultList(operationNames),
    log: createRequestLog(),
    connections: createConnectionCounter(),
    acsRequestCounts: new Map(),
    origins: {
      http: "http://localhost",
      ...(publicUrl === undefined ? {} : { public: publicOrigin(publicUrl) }),
    },
    allowedHosts: allowedHosts.map(hostName),
    isLoopback: true,
    calling: createCallingState(),
  };
}

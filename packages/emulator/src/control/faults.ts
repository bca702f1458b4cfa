// Adding a fault, for the control API and in process.
import type { FaultRule } from "../faults/fault.ts";
import { TLS } from "../faults/fault-kinds.ts";
import type { World } from "../http/context.ts";

/** @throws Error that names the field that is wrong, and what it must be */
export function addFault(world: World, rule: FaultRule | Record<string, unknown>): void {
  const isTls = rule.operation === TLS;
  if (isTls && !world.https) throw new Error(`operation ${TLS} needs https: start the emulator with a TLS port`);
  world.faults.add(rule as FaultRule);
  // A client that keeps connections alive would otherwise go on as if nothing had happened.
  if (isTls) world.https?.closeIdle();
}

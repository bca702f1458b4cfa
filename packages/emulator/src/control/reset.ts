// Back to the beginning: state, clock, faults, quotas and log. Signing keys stay, so that cached key sets do no harm.
import { resetQuotas } from "../acs/quota.ts";
import type { World } from "../http/context.ts";
import { stateFromSeed } from "../state/state.ts";

/** The request log and all counts; connections that are open stay counted as open. */
export function clearLog(world: World): void {
  world.log.clear();
  world.connections.clear();
}

/** Everything as the seed has it. */
export function resetWorld(world: World): void {
  Object.assign(world.state, stateFromSeed(world.seed));
  world.clock.reset();
  world.faults.clear();
  clearLog(world);
  resetQuotas(world);
}

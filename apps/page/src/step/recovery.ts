// What the button of a failure does in a step that gets tokens.
import type { SignInWay } from "../auth/auth-state.ts";
import type { Failure } from "../failure/failure.ts";
import type { AcquireOptions } from "../teams-token/provider.ts";

/** How to run a step again so that its failure is resolved; undefined where only signing out helps. */
export function recovery(failure: Failure, way: SignInWay): AcquireOptions | undefined {
  switch (failure.action) {
    case "retry":
      return {};
    case "sign-in":
    case "grant-consent":
      return { interaction: way, claims: failure.claims };
    case "other-user":
      return undefined;
    default:
      return failure.action satisfies never;
  }
}

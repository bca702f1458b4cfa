// What the button of a failure does in a step that gets tokens.

import type { TeamsTokenOptions } from "@teams-token-exchange/client";
import type { Failure } from "@teams-token-exchange/client/failure";
import type { SignInWay } from "../auth/auth-state.ts";

/** The options with which to run the step again; undefined if only signing out helps. */
export function recovery(failure: Failure, way: SignInWay): TeamsTokenOptions | undefined {
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

// Who is signed in, and the pure function that changes it. The state contains no token, so no component can render one.
import type { Failure } from "@teams-token-exchange/client/failure";

export type SignInWay = "redirect" | "popup";

/** What the page can show of the signed-in user. `id` is the account ID of MSAL. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly username: string;
}

export type AuthState =
  | { readonly status: "signed-out" }
  | { readonly status: "signing-in"; readonly way: SignInWay; readonly attempt: number; readonly startedAt: number }
  | {
      readonly status: "sign-in-failed";
      readonly way: SignInWay;
      readonly failure: Failure;
      readonly durationMs: number;
    }
  | { readonly status: "signed-in"; readonly user: User; readonly way: SignInWay; readonly durationMs?: number }
  | { readonly status: "signing-out"; readonly user: User };

/** `attempt` distinguishes the outcomes of two sign-ins. `at` is in milliseconds; all events must use the same clock. */
export type AuthEvent =
  | { readonly type: "sign-in-started"; readonly way: SignInWay; readonly attempt: number; readonly at: number }
  | { readonly type: "signed-in"; readonly user: User; readonly way: SignInWay; readonly at: number }
  | { readonly type: "sign-in-failed"; readonly attempt: number; readonly failure: Failure; readonly at: number }
  | { readonly type: "sign-in-cancelled" }
  | { readonly type: "sign-out-started" }
  | { readonly type: "sign-out-failed"; readonly way: SignInWay };

/** The next state. An event that does not match the state changes nothing. */
export function authReducer(state: AuthState, event: AuthEvent): AuthState {
  switch (event.type) {
    case "sign-in-started":
      if (state.status === "signed-in" || state.status === "signing-out") return state;
      return { status: "signing-in", way: event.way, attempt: event.attempt, startedAt: event.at };
    case "signed-in":
      return signedIn(state, event);
    case "sign-in-failed":
      // Ignore the failure of an attempt that was cancelled or replaced.
      if (state.status !== "signing-in" || state.attempt !== event.attempt) return state;
      return {
        status: "sign-in-failed",
        way: state.way,
        failure: event.failure,
        durationMs: event.at - state.startedAt,
      };
    case "sign-in-cancelled":
      return state.status === "signing-in" ? { status: "signed-out" } : state;
    case "sign-out-started":
      return state.status === "signed-in" ? { status: "signing-out", user: state.user } : state;
    case "sign-out-failed":
      return state.status === "signing-out" ? { status: "signed-in", user: state.user, way: event.way } : state;
    default:
      return event satisfies never;
  }
}

function signedIn(state: AuthState, { user, way, at }: Extract<AuthEvent, { type: "signed-in" }>): AuthState {
  // This counts even after a cancel: the user finished in the sign-in window, and MSAL has the account.
  if (state.status === "signing-out") return state;
  const duration = state.status === "signing-in" ? { durationMs: at - state.startedAt } : {};
  return { status: "signed-in", user, way, ...duration };
}

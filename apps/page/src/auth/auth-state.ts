// Who is signed in, as one union, and the pure function that moves it. No token is in here, so none can be rendered.
import type { Failure } from "../failure/failure.ts";

export type SignInWay = "redirect" | "popup";

/** What the page may show of the signed-in user. `id` is MSAL's account id. */
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

/** `attempt` tells the outcomes of two sign-ins apart; `at` is in milliseconds of any one clock. */
export type AuthEvent =
  | { readonly type: "sign-in-started"; readonly way: SignInWay; readonly attempt: number; readonly at: number }
  | { readonly type: "signed-in"; readonly user: User; readonly way: SignInWay; readonly at: number }
  | { readonly type: "sign-in-failed"; readonly attempt: number; readonly failure: Failure; readonly at: number }
  | { readonly type: "sign-in-cancelled" }
  | { readonly type: "sign-out-started" }
  | { readonly type: "sign-out-failed"; readonly way: SignInWay };

/** Moves the state. An event that does not fit the state leaves it as it is. */
export function authReducer(state: AuthState, event: AuthEvent): AuthState {
  switch (event.type) {
    case "sign-in-started":
      if (state.status === "signed-in" || state.status === "signing-out") return state;
      return { status: "signing-in", way: event.way, attempt: event.attempt, startedAt: event.at };
    case "signed-in":
      return signedIn(state, event);
    case "sign-in-failed":
      // The failure of an attempt that was cancelled or replaced is nobody's business any more.
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
  // Taken even after a cancel: the person finished in the sign-in window after all, and MSAL holds the account.
  if (state.status === "signing-out") return state;
  const duration = state.status === "signing-in" ? { durationMs: at - state.startedAt } : {};
  return { status: "signed-in", user, way, ...duration };
}

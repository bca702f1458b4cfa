// The token source for React 18 and later.
import { useSyncExternalStore } from "react";
import type { TeamsTokenOptions, TeamsTokenSource, TeamsTokenState } from "./teams-token-source-types.ts";

export interface TeamsToken {
  readonly status: TeamsTokenState["status"];
  /** The expiry of the ACS token in milliseconds since 1970; undefined if there is none. */
  readonly expiresOnTimestamp: number | undefined;
  /** Why the last exchange failed; undefined if it succeeded. `describeFailure` explains it. */
  readonly trouble: unknown;
  /** True if the source tries again automatically. */
  readonly isRetrying: boolean;
  /** Tries again now. With `{ interaction: "popup" }` it asks the user; call it in a click handler then. */
  retry(options?: TeamsTokenOptions): void;
}

const signedOut: TeamsTokenState = { status: "signed-out" };
const subscribeToNothing = () => () => {};
const getSignedOut = () => signedOut;

/**
 * Renders with the state of a token source. It starts nothing and disposes nothing, so StrictMode and several
 * components are fine.
 *
 * @param source The source of the app; undefined while MSAL is starting, which counts as signed out.
 * @example
 * ```tsx
 * const { status, trouble, retry } = useTeamsToken(source);
 * if (status === "trouble") {
 *   const { title, advice } = describeFailure(trouble);
 *   return <p>{title}. {advice} <button onClick={() => retry({ interaction: "popup" })}>Try again</button></p>;
 * }
 * ```
 */
export function useTeamsToken(source: Pick<TeamsTokenSource, "state" | "subscribe" | "retry"> | undefined): TeamsToken {
  // A server renders what every visitor sees at first: nobody is signed in.
  const state = useSyncExternalStore(
    source?.subscribe ?? subscribeToNothing,
    source?.state ?? getSignedOut,
    getSignedOut,
  );
  const isTrouble = state.status === "trouble";
  return {
    status: state.status,
    expiresOnTimestamp: "expiresOnTimestamp" in state ? state.expiresOnTimestamp : undefined,
    trouble: isTrouble ? state.error : undefined,
    isRetrying: isTrouble && state.isRetrying,
    retry: (options) => void source?.retry(options),
  };
}

// Signs in and out with MSAL and provides the state of auth-state.ts to components. It provides no token and no MSAL object.
import { EventType, type PublicClientApplication } from "@azure/msal-browser";
import { MsalProvider, useMsal } from "@azure/msal-react";
import type { ClientConfig } from "@teams-token-exchange/client";
import { describeFailure } from "@teams-token-exchange/client/failure";
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useReducer, useRef } from "react";
import type { EventLog } from "../session/event-log.ts";
import { type AuthState, authReducer, type SignInWay } from "./auth-state.ts";
import { userOf } from "./boot-auth.ts";
import { rememberInteraction } from "./pending-interaction.ts";

/** What components can do about authentication. */
export interface Auth {
  readonly state: AuthState;
  signIn(way: SignInWay): void;
  /** Stops waiting for the sign-in window. */
  cancelSignIn(): void;
  signOut(): void;
}

const AuthContext = createContext<Auth | undefined>(undefined);

/** The authentication of the page. It works only inside of {@link AuthProvider}. */
export function useAuth(): Auth {
  const auth = use(AuthContext);
  if (auth === undefined) throw new Error("useAuth only works inside of an AuthProvider");
  return auth;
}

export interface AuthProviderProps {
  readonly msal: PublicClientApplication;
  readonly config: ClientConfig;
  readonly log: EventLog;
  readonly initial: AuthState;
  /** Drops every token and ends calls, before the page goes to the sign-out page of Entra ID. */
  readonly onSignOut: () => Promise<void>;
  readonly children: ReactNode;
}

export function AuthProvider({ msal, ...props }: AuthProviderProps) {
  return (
    <MsalProvider instance={msal}>
      <AuthStateProvider {...props} />
    </MsalProvider>
  );
}

function AuthStateProvider({ config, log, initial, onSignOut, children }: Omit<AuthProviderProps, "msal">) {
  const { instance } = useMsal();
  const [state, dispatch] = useReducer(authReducer, initial);
  const attempts = useRef(0);
  const way = state.status === "signed-in" ? state.way : "redirect";

  useEffect(() => {
    // The back button can restore the page in the state in which it waited for the redirect.
    const id = instance.addEventCallback(
      () => dispatch({ type: "sign-in-cancelled" }),
      [EventType.RESTORE_FROM_BFCACHE],
    );
    return () => {
      if (id !== null) instance.removeEventCallback(id);
    };
  }, [instance]);

  const signIn = useCallback(
    (chosen: SignInWay) => {
      const attempt = ++attempts.current;
      const request = {
        scopes: config.apiScopes,
        // One consent page for both resources. The Teams token follows silently afterwards.
        extraScopesToConsent: config.teamsScopes,
        prompt: "select_account",
      };
      dispatch({ type: "sign-in-started", way: chosen, attempt, at: Date.now() });
      log.add(chosen === "popup" ? "Sign-in window opened" : "Leaving for the sign-in page");
      const signedIn = async () => {
        if (chosen === "redirect") {
          rememberInteraction(sessionStorage, { step: "sign-in", startedAt: Date.now() });
          await instance.loginRedirect(request);
          return;
        }
        // If the user closes the window, MSAL keeps waiting. A new attempt replaces the old one.
        const { account } = await instance.loginPopup({ ...request, overrideInteractionInProgress: true });
        instance.setActiveAccount(account);
        dispatch({ type: "signed-in", user: userOf(account), way: "popup", at: Date.now() });
        log.add("Signed in (pop-up)");
      };
      signedIn().catch((error: unknown) => {
        const failure = describeFailure(error);
        dispatch({ type: "sign-in-failed", attempt, failure, at: Date.now() });
        log.add(`Sign-in failed: ${failure.code}`, failure.references[0]?.value);
      });
    },
    [instance, config, log],
  );

  const signOut = useCallback(() => {
    dispatch({ type: "sign-out-started" });
    log.add("Signing out");
    const account = instance.getActiveAccount();
    onSignOut()
      .then(() => instance.logoutRedirect(account === null ? {} : { account }))
      .catch((error: unknown) => {
        dispatch({ type: "sign-out-failed", way });
        log.add(`Sign-out failed: ${describeFailure(error).code}`);
      });
  }, [instance, log, onSignOut, way]);

  const cancelSignIn = useCallback(() => {
    dispatch({ type: "sign-in-cancelled" });
    log.add("Sign-in cancelled");
  }, [log]);

  const auth = useMemo(() => ({ state, signIn, cancelSignIn, signOut }), [state, signIn, cancelSignIn, signOut]);
  return <AuthContext value={auth}>{children}</AuthContext>;
}

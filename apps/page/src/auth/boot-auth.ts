// What the page starts with: the account of this tab, and the outcome of a redirect.
import type { AccountInfo, IPublicClientApplication } from "@azure/msal-browser";
import { describeFailure, type Failure } from "@teams-token-exchange/client/failure";
import type { AuthState, SignInWay, User } from "./auth-state.ts";
import { type PendingInteraction, takeInteraction } from "./pending-interaction.ts";

/** The step to continue after a redirect. `failure` is set if the user or Entra ID refused. */
export interface Resume {
  readonly step: "tokens" | "exchange";
  readonly failure?: Failure;
}

export interface BootedAuth {
  readonly initial: AuthState;
  readonly resume?: Resume;
}

/** What the page can show of an account. */
export const userOf = (account: AccountInfo): User => ({
  id: account.homeAccountId,
  name: account.name ?? account.username,
  username: account.username,
});

type BootClient = Pick<IPublicClientApplication, "handleRedirectPromise" | "getActiveAccount" | "setActiveAccount">;

/** Completes a redirect, if there was one, and returns the initial state of the page. */
export async function bootAuth(
  msal: BootClient,
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  now: () => number = Date.now,
): Promise<BootedAuth> {
  const pending = takeInteraction(storage);
  let failure: Failure | undefined;
  let returned = false;
  try {
    // By default MSAL goes to the address where the sign-in started. That is always this page, so a reload is not needed.
    const result = await msal.handleRedirectPromise({ navigateToLoginRequestUrl: false });
    returned = result !== null;
    if (result?.account) msal.setActiveAccount(result.account);
  } catch (error) {
    failure = describeFailure(error);
  }
  const account = msal.getActiveAccount();
  if (account !== null) return signedIn(userOf(account), { pending, failure, returned, at: now() });
  if (failure === undefined) return { initial: { status: "signed-out" } };
  const durationMs = pending === undefined ? 0 : now() - pending.startedAt;
  return { initial: { status: "sign-in-failed", way: "redirect", failure, durationMs } };
}

interface Return {
  readonly pending: PendingInteraction | undefined;
  readonly failure: Failure | undefined;
  readonly returned: boolean;
  readonly at: number;
}

function signedIn(user: User, { pending, failure, returned, at }: Return): BootedAuth {
  const way: SignInWay = "redirect";
  const initial: AuthState = { status: "signed-in", user, way };
  // Neither a result nor a failure: the user pressed the back button, so no step continues.
  if (pending === undefined || (failure === undefined && !returned)) return { initial };
  if (pending.step === "sign-in") return { initial: { ...initial, durationMs: at - pending.startedAt } };
  return { initial, resume: { step: pending.step, ...(failure === undefined ? {} : { failure }) } };
}

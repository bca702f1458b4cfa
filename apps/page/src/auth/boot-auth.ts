// What the page starts with: the account of this tab, and the outcome of a redirect that it may be coming back from.
import type { AccountInfo, IPublicClientApplication } from "@azure/msal-browser";
import { describeFailure, type Failure } from "../failure/failure.ts";
import type { AuthState, SignInWay, User } from "./auth-state.ts";
import { type PendingInteraction, takeInteraction } from "./pending-interaction.ts";

/** A step to go on with after a redirect; with `failure` where the person or Entra ID said no. */
export interface Resume {
  readonly step: "tokens" | "exchange";
  readonly failure?: Failure;
}

export interface BootedAuth {
  readonly initial: AuthState;
  readonly resume?: Resume;
}

/** What the page may show of an account. */
export const userOf = (account: AccountInfo): User => ({
  id: account.homeAccountId,
  name: account.name ?? account.username,
  username: account.username,
});

type BootClient = Pick<IPublicClientApplication, "handleRedirectPromise" | "getActiveAccount" | "setActiveAccount">;

/** Completes a redirect, if there was one, and says where the page stands. */
export async function bootAuth(
  msal: BootClient,
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
  now: () => number = Date.now,
): Promise<BootedAuth> {
  const pending = takeInteraction(storage);
  let failure: Failure | undefined;
  let returned = false;
  try {
    // MSAL would otherwise leave the page once more, to the address where the sign-in began; that is always this one.
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
  // Neither a result nor a failure: the person came back by the back button, so nothing goes on by itself.
  if (pending === undefined || (failure === undefined && !returned)) return { initial };
  if (pending.step === "sign-in") return { initial: { ...initial, durationMs: at - pending.startedAt } };
  return { initial, resume: { step: pending.step, ...(failure === undefined ? {} : { failure }) } };
}

// From a signed-in account to ACS access tokens of the same Teams user, for as long as the app needs them.
import type { AzureCommunicationTokenCredential } from "@azure/communication-common";
import { accountWatch, acquireToken, findAccount, type TokenClient, type TokenRequest } from "./entra-tokens.ts";
import { createRefresher } from "./refresher.ts";
import { type AcsToken, exchangeTeamsToken, fetchClientConfig } from "./server-api.ts";
import { ProblemError, problemEntry } from "./server-errors.ts";
import type {
  EntraToken,
  EntraTokens,
  ExchangeWay,
  TeamsTokenOptions,
  TeamsTokenSource,
  TeamsTokenSourceOptions,
  TeamsTokenState,
} from "./teams-token-source-types.ts";

const signedOut: TeamsTokenState = { status: "signed-out" };
const idle: TeamsTokenState = { status: "idle" };

/**
 * Makes a source of ACS access tokens for the Teams user who is signed in with `msal`. Make one per app, outside of
 * components. Call `dispose()` before the user signs out.
 *
 * @example
 * ```ts
 * const source = createTeamsTokenSource({ msal, endpoint: "https://exchange.example" });
 * const credential = await source.credential({ interaction: "popup" });
 * const agent = await new CallClient().createTeamsCallAgent(credential);
 * ```
 */
export function createTeamsTokenSource(options: TeamsTokenSourceOptions): TeamsTokenSource {
  const { msal, endpoint, fetch: fetchFn = (...args) => fetch(...args) } = options;
  let config = options.config;
  let way: ExchangeWay = "server";
  /** The account that the ACS token and every exchange in progress belong to. */
  let owner: string | undefined;
  /** The way of the ACS token in the refresher. */
  let currentWay: ExchangeWay | undefined;
  let snapshot: TeamsTokenState = idle;
  /** Changes when an exchange starts or the source is disposed, so that a late result does not change the state. */
  let run = 0;
  let disposals = 0;
  /** The exchange that calls of `token()` without options share. */
  let shared: Promise<AcsToken> | undefined;
  const listeners = new Set<() => void>();

  function setState(next: TeamsTokenState): void {
    snapshot = next;
    for (const listener of listeners) listener();
  }

  const knownExpiry = () => ("expiresOnTimestamp" in snapshot ? snapshot.expiresOnTimestamp : undefined);
  const accountId = () => findAccount(msal)?.homeAccountId;
  const loadConfig = async () => {
    config ??= await fetchClientConfig(endpoint, fetchFn);
    return config;
  };

  async function entraTokens({ interaction, claims, renewTeamsToken }: TeamsTokenOptions = {}): Promise<EntraTokens> {
    const { apiScopes, teamsScopes } = await loadConfig();
    // One after the other: MSAL allows only one interaction at a time.
    const api = await entraToken(msal, { scopes: apiScopes, interaction, claims });
    const teams = await entraToken(msal, { scopes: teamsScopes, interaction, forceRefresh: renewTeamsToken });
    return { api, teams };
  }

  async function exchangeOnce(request: TeamsTokenOptions): Promise<AcsToken> {
    const { api, teams } = await entraTokens(request);
    const tokens = { callerToken: api.token, teamsToken: teams.token };
    const { callerTokenHeader } = options;
    return await exchangeTeamsToken(endpoint, tokens, { fetch: fetchFn, signal: request.signal, callerTokenHeader });
  }

  async function exchangeAtServer(request: TeamsTokenOptions): Promise<AcsToken> {
    return exchangeOnce(request).catch((error: unknown) => {
      const corrected = correctedRequest(error, request);
      if (corrected === undefined) throw error;
      return exchangeOnce(corrected);
    });
  }

  async function exchangeAtAcs({ interaction, renewTeamsToken }: TeamsTokenOptions): Promise<AcsToken> {
    // The ACS SDK is large, and most apps never exchange directly.
    const { exchangeDirectly } = await import("./direct-exchange.ts");
    return await exchangeDirectly({ msal, config: await loadConfig(), interaction, forceRefresh: renewTeamsToken });
  }

  const exchangeBy = (request: TeamsTokenOptions) =>
    way === "direct" ? exchangeAtAcs(request) : exchangeAtServer(request);

  const refresher = createRefresher({
    async exchange(request) {
      // If it drops the token, it aborts this refresh, so that no credential gets the token of another user.
      dropTokenOfOtherAccount();
      request.signal.throwIfAborted();
      return await exchangeBy(request);
    },
    random: Math.random,
    onTrouble(error) {
      setState({ status: "trouble", error, isRetrying: true, expiresOnTimestamp: knownExpiry() });
      options.onTrouble?.(error);
    },
    onRefreshed(token) {
      currentWay = way;
      setState({ status: "ready", expiresOnTimestamp: token.expiresOnTimestamp });
      options.onRefreshed?.(token);
    },
  });

  function dispose(): void {
    run += 1;
    disposals += 1;
    owner = undefined;
    currentWay = undefined;
    shared = undefined;
    refresher.dispose();
    if (snapshot !== idle) setState(idle);
  }

  /** A token of one user must never be handed out after another user has signed in. */
  function dropTokenOfOtherAccount(): void {
    const account = accountId();
    if (owner !== undefined && owner !== account) dispose();
    owner = account;
  }

  async function exchange(request: TeamsTokenOptions = {}): Promise<AcsToken> {
    dropTokenOfOtherAccount();
    way = request.way ?? way;
    const [mine, disposalsBefore] = [++run, disposals];
    const mayReport = () => mine === run;
    setState({ status: "exchanging" });
    try {
      const token = await exchangeBy(request);
      dropTokenOfOtherAccount();
      if (disposals === disposalsBefore) {
        refresher.keep(token);
        currentWay = way;
      }
      if (mayReport()) setState({ status: "ready", expiresOnTimestamp: token.expiresOnTimestamp });
      return token;
    } catch (error) {
      const expiresOnTimestamp = refresher.current()?.expiresOnTimestamp;
      if (mayReport()) setState({ status: "trouble", error, isRetrying: false, expiresOnTimestamp });
      throw error;
    }
  }

  async function token(request: TeamsTokenOptions = {}): Promise<AcsToken> {
    dropTokenOfOtherAccount();
    const asksForNewToken = request.claims !== undefined || request.renewTeamsToken === true;
    const isSameWay = request.way === undefined || request.way === currentWay;
    const current = isSameWay && !asksForNewToken ? refresher.current() : undefined;
    if (current !== undefined) return current;
    if (Object.keys(request).length > 0) return await exchange(request);
    if (shared !== undefined) return await shared;
    const mine = exchange();
    shared = mine;
    const forget = () => {
      if (shared === mine) shared = undefined;
    };
    mine.then(forget, forget);
    return await mine;
  }

  async function credential(request?: TeamsTokenOptions): Promise<AzureCommunicationTokenCredential> {
    const disposalsBefore = disposals;
    // The ACS SDK is large. It loads while the exchange is under way, and only for apps that ask for a credential.
    const [acs, first] = await Promise.all([import("@azure/communication-common"), token(request)]);
    if (disposals !== disposalsBefore) throw new DOMException("The token source was disposed", "AbortError");
    refresher.schedule(first);
    return new acs.AzureCommunicationTokenCredential({
      token: first,
      // After dispose() the credential gets no token any more: the next token may belong to another user.
      tokenRefresher: (signal) => (disposals === disposalsBefore ? refresher.refresh(signal) : new Promise(() => {})),
      refreshProactively: true,
    });
  }

  async function retry(request: TeamsTokenOptions = {}): Promise<void> {
    if (snapshot.status !== "trouble") return;
    if (!snapshot.isRetrying) {
      await exchange(request).catch(() => undefined);
      return;
    }
    // If the user closes the sign-in window, the next try of the refresh reports what is still missing.
    const asksUser = request.interaction !== undefined && request.interaction !== "none";
    if (asksUser) await (way === "direct" ? exchangeAtAcs(request) : entraTokens(request)).catch(() => undefined);
    refresher.retryNow();
  }

  const watchAccount = accountWatch(msal, () => {
    dropTokenOfOtherAccount();
    setState(snapshot);
  });

  return {
    credential,
    token,
    exchange,
    entraTokens,
    async refresher(abortSignal) {
      dropTokenOfOtherAccount();
      if (refresher.current() === undefined && snapshot === idle) setState({ status: "exchanging" });
      return await refresher.refresh(abortSignal);
    },
    state: () => (snapshot === idle && accountId() === undefined ? signedOut : snapshot),
    subscribe(listener) {
      // A new function for each call, so that a listener that subscribes twice must unsubscribe twice.
      const entry = () => listener();
      listeners.add(entry);
      const stopWatching = watchAccount();
      return () => {
        listeners.delete(entry);
        stopWatching();
      };
    },
    retry,
    dispose,
  };
}

/** The request with what the server's refusal asks for; undefined if the request already had it, to avoid a loop. */
function correctedRequest(error: unknown, request: TeamsTokenOptions): TeamsTokenOptions | undefined {
  if (!(error instanceof ProblemError)) return undefined;
  const { claims, problem } = error;
  if (claims !== undefined && claims !== request.claims) return { ...request, claims };
  const needsNewTeamsToken = problemEntry(problem)?.cure === "renew-teams-token";
  if (needsNewTeamsToken && !request.renewTeamsToken) return { ...request, renewTeamsToken: true };
  return undefined;
}

async function entraToken(msal: TokenClient, request: TokenRequest): Promise<EntraToken> {
  const { accessToken, expiresOn, scopes } = await acquireToken(msal, request);
  return { token: accessToken, expiresOnTimestamp: expiresOn?.getTime() ?? 0, scopes };
}

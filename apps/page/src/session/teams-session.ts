// The tokens of the page, in memory only. Steps get summaries of them; the tokens themselves leave through the vault,
// which the page gives to the token boxes and to nothing else.
import type { AcsToken } from "../api/exchange-teams-token.ts";
import type { AcquireOptions, TeamsTokenProvider } from "../teams-token/provider.ts";

export type TokenKind = "api" | "teams" | "acs";

/** What may be shown of a token without showing it. */
export interface TokenSummary {
  /** Milliseconds since 1970. */
  readonly expiresOnTimestamp: number;
}

export interface EntraTokensSummary {
  readonly api: TokenSummary;
  readonly teams: TokenSummary;
}

export interface AcsTokenSummary extends TokenSummary {
  readonly requestId: string | undefined;
}

/** Reads a token, to show it to the person whose token it is. */
export interface TokenVault {
  read(kind: TokenKind): string | undefined;
}

export interface TeamsSession {
  readonly vault: TokenVault;
  /** Gets both Entra tokens. Throws what the provider throws. */
  acquireEntraTokens(options?: AcquireOptions): Promise<EntraTokensSummary>;
  /** Exchanges them. Throws what the provider throws. */
  exchange(options?: AcquireOptions): Promise<AcsTokenSummary>;
  /** Takes over the ACS token of a refresh. */
  refreshed(token: AcsToken): void;
  /** The latest ACS token's summary, for `useSyncExternalStore`. */
  acs(): AcsTokenSummary | undefined;
  subscribe(listener: () => void): () => void;
  /** Forgets every token. */
  clear(): void;
}

type EntraProvider = Pick<TeamsTokenProvider, "acquireEntraTokens" | "exchange">;

/** Makes the session of a page around a provider. */
export function createTeamsSession(provider: EntraProvider): TeamsSession {
  const tokens = new Map<TokenKind, string>();
  const listeners = new Set<() => void>();
  let acs: AcsTokenSummary | undefined;

  function refreshed({ token, expiresOnTimestamp, requestId }: AcsToken): AcsTokenSummary {
    tokens.set("acs", token);
    acs = { expiresOnTimestamp, requestId };
    for (const listener of listeners) listener();
    return acs;
  }

  return {
    vault: { read: (kind) => tokens.get(kind) },
    async acquireEntraTokens(options) {
      const { api, teams } = await provider.acquireEntraTokens(options);
      tokens.set("api", api.token);
      tokens.set("teams", teams.token);
      return {
        api: { expiresOnTimestamp: api.expiresOnTimestamp },
        teams: { expiresOnTimestamp: teams.expiresOnTimestamp },
      };
    },
    exchange: async (options) => refreshed(await provider.exchange(options)),
    refreshed,
    acs: () => acs,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clear() {
      tokens.clear();
      acs = undefined;
      for (const listener of listeners) listener();
    },
  };
}

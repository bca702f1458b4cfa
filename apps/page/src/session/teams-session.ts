// The tokens of the page, in memory only. Components get summaries without the tokens; only the token boxes can read a token.
import type { AcsToken, TeamsTokenOptions, TeamsTokenSource } from "@teams-token-exchange/client";

export type TokenKind = "api" | "teams" | "acs";

/** What components may know of a token. */
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

export interface TeamsSession {
  /** The token itself, for the token boxes only. */
  read(kind: TokenKind): string | undefined;
  /** Gets both Entra tokens. Throws what the source throws. */
  entraTokens(options?: TeamsTokenOptions): Promise<EntraTokensSummary>;
  /** Exchanges them. Throws what the source throws. */
  exchange(options?: TeamsTokenOptions): Promise<AcsTokenSummary>;
  /** Stores the ACS token of a refresh. */
  refreshed(token: AcsToken): void;
  /** The summary of the latest ACS token, for `useSyncExternalStore`. */
  acs(): AcsTokenSummary | undefined;
  subscribe(listener: () => void): () => void;
  /** Drops every token. */
  clear(): void;
}

/** Makes the session of a page from a token source. */
export function createTeamsSession(source: Pick<TeamsTokenSource, "entraTokens" | "exchange">): TeamsSession {
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
    read: (kind) => tokens.get(kind),
    async entraTokens(options) {
      const { api, teams } = await source.entraTokens(options);
      tokens.set("api", api.token);
      tokens.set("teams", teams.token);
      return {
        api: { expiresOnTimestamp: api.expiresOnTimestamp },
        teams: { expiresOnTimestamp: teams.expiresOnTimestamp },
      };
    },
    exchange: async (options) => refreshed(await source.exchange(options)),
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

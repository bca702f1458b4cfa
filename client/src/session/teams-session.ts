// The tokens of the page, in memory only. Steps get summaries of them; the tokens themselves leave through the vault,
// which app.tsx gives to the token boxes and to nothing else.
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
  /** Forgets every token. */
  clear(): void;
}

/** Makes the session of a page around a provider. */
export function createTeamsSession(provider: TeamsTokenProvider): TeamsSession {
  const tokens = new Map<TokenKind, string>();
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
    async exchange(options) {
      const acs = await provider.exchange(options);
      tokens.set("acs", acs.token);
      return { expiresOnTimestamp: acs.expiresOnTimestamp, requestId: acs.requestId };
    },
    clear: () => tokens.clear(),
  };
}
